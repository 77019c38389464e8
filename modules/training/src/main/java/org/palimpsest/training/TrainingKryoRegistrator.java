package org.palimpsest.training;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.serializers.ExternalizableSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.util.Comparator;
import java.util.ServiceLoader;
import org.apache.spark.serializer.KryoRegistrator;
import org.palimpsest.training.preflight.Machine;
import org.palimpsest.training.transport.collective.WorkerReport;
import org.palimpsest.training.transport.spark.Contribution;
import org.palimpsest.training.transport.spark.Weights;

/**
 * Registers what training sends through Spark as data. These are small reports, once a segment, and
 * most are records, whose fields Kryo 4 cannot set: Java's own serialization writes them. Vectors
 * travel this way with {@code training.transport = spark} only, and write themselves. Modules above
 * training register theirs as {@link KryoTypes}.
 */
public final class TrainingKryoRegistrator implements KryoRegistrator {
  @Override
  public void registerClasses(Kryo kryo) {
    kryo.register(WorkerReport.class, new JavaSerializer());
    kryo.register(WorkerReport[].class);
    kryo.register(Machine.class, new JavaSerializer());
    kryo.register(Weights.class, new ExternalizableSerializer());
    kryo.register(Contribution.class, new ExternalizableSerializer());
    ServiceLoader.load(KryoTypes.class, KryoTypes.class.getClassLoader()).stream()
        .sorted(Comparator.comparing(provider -> provider.type().getName()))
        .forEach(provider -> provider.get().register(kryo));
  }
}
