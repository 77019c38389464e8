package org.palimpsest.model.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.palimpsest.model.Device;
import org.palimpsest.model.Engine;
import org.palimpsest.model.Numerics;
import org.palimpsest.model.Precision;
import org.palimpsest.model.Replica;
import org.palimpsest.model.ReplicaOptions;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.model.optimizer.OptimizerSpec;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.objective.DenoisingExample;

/** Untrained models of twelve tokens with distinct predictions. */
public final class DecidedModels {
  /** The model of most tests. */
  public static final ModelSpec SPEC = new ModelSpec(12, 16, 32, 2, 2, 2, 16, 0.1, 0, 1, 3, 2);

  private DecidedModels() {}

  /** A replica with parameters far from their initial values. */
  public static Replica replica(Engine engine, ModelSpec spec, Precision precision) {
    Numerics numerics = new Numerics(precision, 0, 0, Numerics.Activations.KEPT);
    ReplicaOptions options =
        new ReplicaOptions(Device.CPU, 1, new OptimizerSpec.Sgd(), 3, numerics);
    Replica replica = engine.createReplica(spec, options);
    float[] parameters = replica.parameters().toArray();
    Random random = new Random(4);
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] += (float) (0.35 * random.nextGaussian());
    }
    replica.parameters().write(0, parameters, 0, parameters.length);
    return replica;
  }

  /** Sources of unequal lengths. */
  public static List<int[]> sources() {
    Random random = new Random(5);
    List<int[]> sources = new ArrayList<>();
    for (int length : new int[] {5, 1, 9, 3, 9, 2}) {
      sources.add(random.ints(length, 3, SPEC.vocabulary()).toArray());
    }
    return sources;
  }

  /** A source whose target is a text with its end. */
  public static Batch batch(int[] source, int[] text) {
    DenoisingExample example = new DenoisingExample(8);
    example.begin(1, source.length);
    for (int token : source) {
      example.appendSource(token);
    }
    int previous = SPEC.decoderStart();
    for (int t = 0; t <= text.length; t++) {
      int token = t < text.length ? text[t] : SPEC.eos();
      example.appendTarget(previous, t, token, DenoisingExample.KEPT, true);
      previous = token;
    }
    return Batch.of(List.of(example), SPEC.pad());
  }
}
