package org.palimpsest.model.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.objective.DenoisingExample;

/** Random examples of unequal lengths; some target positions do not count. */
public final class Examples {
  private Examples() {}

  /** Rows of unequal lengths. */
  public static Batch batch(ModelSpec spec, Random random, int rows) {
    return Batch.of(list(spec, random, rows), spec.pad());
  }

  /** All of the same length. */
  public static Batch even(ModelSpec spec, Random random, int rows, int source, int target) {
    List<DenoisingExample> examples = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      examples.add(example(spec, random, source, target));
    }
    return Batch.of(examples, spec.pad());
  }

  /** The same with loss weights other than 0 and 1, and decoder positions from 3 on. */
  public static Batch weighted(Batch batch) {
    float[] weights = batch.lossWeights().clone();
    int[] positions = new int[weights.length];
    for (int i = 0; i < weights.length; i++) {
      weights[i] *= 0.5f + i % 3;
      positions[i] = 3 + i % batch.targetLength();
    }
    return new Batch(
        batch.rows(),
        batch.encoder(),
        batch.decoder().withPositions(positions).withWeights(weights),
        batch.rawTokens());
  }

  /** Examples of 1 to 11 source and 1 to 13 target tokens. */
  public static List<DenoisingExample> list(ModelSpec spec, Random random, int rows) {
    List<DenoisingExample> examples = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      examples.add(example(spec, random, 1 + random.nextInt(11), 1 + random.nextInt(13)));
    }
    return examples;
  }

  /** An example of the given lengths. */
  public static DenoisingExample example(ModelSpec spec, Random random, int source, int target) {
    DenoisingExample example = new DenoisingExample(target);
    example.begin(random.nextLong(), target);
    for (int i = 0; i < source; i++) {
      example.appendSource(token(spec, random));
    }
    int previous = spec.decoderStart();
    for (int i = 0; i < target; i++) {
      int token = token(spec, random);
      boolean counts = i == 0 || random.nextInt(4) > 0;
      example.appendTarget(previous, i, token, DenoisingExample.KEPT, counts);
      previous = token;
    }
    return example;
  }

  private static int token(ModelSpec spec, Random random) {
    return 3 + random.nextInt(spec.vocabulary() - 3);
  }
}
