package org.palimpsest.evaluation;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.util.List;
import org.palimpsest.training.workload.KryoTypes;

/** Registers the sums that evaluation sends from tasks to the driver. */
public final class EvaluationKryo implements KryoTypes {
  /** Once a task, each: Java's own serialization is fast enough and writes final fields. */
  @Override
  public void register(Kryo kryo) {
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

  /** Held-out blocks travel as the corpus registers them. */
  @Override
  public List<String> registrators() {
    return List.of("org.palimpsest.corpus.CorpusKryoRegistrator");
  }
}
