package org.palimpsest.corpus;

import com.esotericsoftware.kryo.Kryo;
import org.apache.spark.serializer.KryoRegistrator;

public final class CorpusKryoRegistrator implements KryoRegistrator {
  @Override
  public void registerClasses(Kryo kryo) {}
}
