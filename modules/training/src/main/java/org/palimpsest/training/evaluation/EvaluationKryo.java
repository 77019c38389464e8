package org.palimpsest.training.evaluation;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.util.List;

/** Registers the sums that evaluation sends from tasks to the driver. */
public final class EvaluationKryo {
  private EvaluationKryo() {}

  /** Once a task, each: Java's own serialization is fast enough and writes final fields. */
  public static void register(Kryo kryo) {
    for (Class<?> type :
        List.of(
            ModelTally.class,
            PairCounter.class,
            Marginals.class,
            BigramModel.class,
            BestFollowers.class)) {
      kryo.register(type, new JavaSerializer());
    }
    kryo.register(ModelTally[].class);
  }
}
