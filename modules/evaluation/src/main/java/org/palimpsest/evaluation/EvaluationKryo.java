package org.palimpsest.evaluation;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.util.List;
import org.palimpsest.training.workload.KryoTypes;

/** Registers the types that evaluation sends from tasks to the driver. */
public final class EvaluationKryo implements KryoTypes {
  /**
   * Each type is sent once per task, so Java serialization is fast enough. It also writes final
   * fields.
   */
  @Override
  public void register(Kryo kryo) {
    for (Class<?> type :
        List.of(
            ModelSums.class,
            PairCounter.class,
            Marginals.class,
            BigramModel.class,
            BestFollowers.class,
            RestoringTask.Restored.class)) {
      kryo.register(type, new JavaSerializer());
    }
    kryo.register(ModelSums[].class);
    kryo.register(RestoringTask.Restored[].class);
  }

  /** Held-out blocks are registered by the corpus. */
  @Override
  public List<String> registrators() {
    return List.of("org.palimpsest.corpus.CorpusKryoRegistrator");
  }
}
