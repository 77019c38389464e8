package org.palimpsest.training;

import com.esotericsoftware.kryo.Kryo;

/**
 * Types that a module sends through Spark as data. {@link TrainingKryoRegistrator} finds the
 * implementations with {@link java.util.ServiceLoader} and calls them in the order of their class
 * names, so that the driver and every executor number the types alike.
 */
public interface KryoTypes {
  /** Registers the types, always in the same order. */
  void register(Kryo kryo);
}
