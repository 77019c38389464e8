package org.palimpsest.training;

import com.esotericsoftware.kryo.Kryo;
import org.apache.spark.serializer.KryoRegistrator;
import org.palimpsest.training.preflight.Machine;
import org.palimpsest.training.segment.SegmentResult;
import org.palimpsest.training.transport.spark.Contribution;
import org.palimpsest.training.transport.spark.Weights;
import org.palimpsest.training.workload.KryoTypes;

/**
 * Registers the types that training sends through Spark as data. Most are small records, sent once
 * per segment; Kryo 4 cannot set the fields of records, so Java serialization writes them. Vectors
 * travel this way with {@code training.transport = spark} only, and are {@link
 * java.io.Externalizable}. Each type names its serializer itself, so that it also travels in a
 * session without this registrator. Modules that depend on training register their types as {@link
 * KryoTypes}.
 */
public final class TrainingKryoRegistrator implements KryoRegistrator {
  @Override
  public void registerClasses(Kryo kryo) {
    kryo.register(SegmentResult.class);
    kryo.register(SegmentResult[].class);
    kryo.register(Machine.class);
    kryo.register(Weights.class);
    kryo.register(Contribution.class);
    KryoTypes.all().forEach(types -> types.register(kryo));
  }
}
