package org.palimpsest.training;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.serializers.ExternalizableSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import org.apache.spark.serializer.KryoRegistrator;
import org.palimpsest.training.preflight.Machine;
import org.palimpsest.training.segment.SegmentResult;
import org.palimpsest.training.transport.spark.Contribution;
import org.palimpsest.training.transport.spark.Weights;
import org.palimpsest.training.workload.KryoTypes;

/**
 * Registers what training sends through Spark as data. These are small reports, once a segment, and
 * most are records, whose fields Kryo 4 cannot set: Java's own serialization writes them. Vectors
 * travel this way with {@code training.transport = spark} only, and write themselves. Modules above
 * training register theirs as {@link KryoTypes}.
 */
public final class TrainingKryoRegistrator implements KryoRegistrator {
  @Override
  public void registerClasses(Kryo kryo) {
    kryo.register(SegmentResult.class, new JavaSerializer());
    kryo.register(SegmentResult[].class);
    kryo.register(Machine.class, new JavaSerializer());
    kryo.register(Weights.class, new ExternalizableSerializer());
    kryo.register(Contribution.class, new ExternalizableSerializer());
    KryoTypes.all().forEach(types -> types.register(kryo));
  }
}
