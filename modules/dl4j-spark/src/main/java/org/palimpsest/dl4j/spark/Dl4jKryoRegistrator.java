package org.palimpsest.dl4j.spark;

import com.esotericsoftware.kryo.Kryo;
import org.apache.spark.serializer.KryoRegistrator;
import org.nd4j.kryo.Nd4jRegistrator;
import org.palimpsest.training.TrainingKryoRegistrator;

/**
 * Registers ND4J's arrays first, with the same numbers as {@code org.nd4j.kryo.Nd4jRegistrator},
 * and then the reports of training. Data are sent as bytes and need no registration.
 */
public final class Dl4jKryoRegistrator implements KryoRegistrator {
  @Override
  public void registerClasses(Kryo kryo) {
    new Nd4jRegistrator().registerClasses(kryo);
    new TrainingKryoRegistrator().registerClasses(kryo);
  }
}
