package org.palimpsest.dist;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.palimpsest.model.Engine;
import org.palimpsest.model.HeapVector;
import org.palimpsest.model.Initializer;
import org.palimpsest.model.ReplicaOptions;
import org.palimpsest.model.Trainable;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.model.optimizer.OptimizerSpec;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.training.workload.StepInput;
import org.palimpsest.training.workload.TaskPlacement;
import org.palimpsest.training.workload.Workload;

/**
 * Four examples per step for one, two, or three workers. The first of several gets one short
 * example and the last gets the rest, so that a mean without weights differs clearly.
 *
 * @param recordings folder to which every replica writes its last parameters
 * @param pauseMs additional time per step of a worker
 */
record UnequalWorkload(String recordings, long pauseMs) implements Workload<Batch> {
  private static final long serialVersionUID = 1L;
  private static final int VOCABULARY = 40;
  private static final int EXAMPLES = 4;
  private static final long SEED = 11;
  private static final ModelSpec MODEL =
      new ModelSpec(VOCABULARY, 16, 32, 2, 1, 1, 32, 0.0, 0, 1, 2, 2);

  UnequalWorkload(String recordings) {
    this(recordings, 0);
  }

  /** The initial parameters of every replica. */
  static float[] firstParameters() {
    HeapVector parameters = new HeapVector(Math.toIntExact(ParameterLayout.of(MODEL).size()));
    Initializer.initialize(MODEL, SEED, parameters);
    return parameters.toArray();
  }

  @Override
  public Trainable<Batch> replica(TaskPlacement place) {
    ReplicaOptions options =
        new ReplicaOptions(place.device(), place.threads(), new OptimizerSpec.Sgd(), SEED);
    return new RecordedReplica(
        Engine.named("torch").createReplica(MODEL, options), Path.of(recordings));
  }

  @Override
  public JavaRDD<StepInput<Batch>> steps(JavaSparkContext spark, long firstStep, int workers) {
    long pause = pauseMs;
    return spark
        .parallelize(IntStream.range(0, workers).boxed().toList(), workers)
        .mapPartitions(ranks -> inputs(firstStep, ranks.next(), workers, pause));
  }

  private static Iterator<StepInput<Batch>> inputs(
      long firstStep, int rank, int workers, long pauseMs) {
    int from = rank;
    int to = rank == workers - 1 ? EXAMPLES : rank + 1;
    return Stream.iterate(firstStep, step -> step + 1)
        .map(step -> input(step, from, to, pauseMs))
        .iterator();
  }

  private static StepInput<Batch> input(long step, int from, int to, long pauseMs) {
    pause(pauseMs);
    List<DenoisingExample> examples = new ArrayList<>();
    long raw = 0;
    for (int i = from; i < to; i++) {
      DenoisingExample example = example(step * EXAMPLES + i, i == 0 ? 3 : 10 + 2 * i);
      raw += example.rawLength();
      examples.add(example);
    }
    return new StepInput<>(List.of(Batch.of(examples, MODEL.pad())), raw);
  }

  private static void pause(long ms) {
    try {
      Thread.sleep(ms);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static DenoisingExample example(long id, int length) {
    Random random = new Random(id);
    DenoisingExample example = new DenoisingExample(length + 2);
    example.begin(id, length);
    int previous = MODEL.decoderStart();
    for (int t = 0; t < length; t++) {
      int token = 5 + random.nextInt(VOCABULARY - 5);
      example.appendSource(t % 3 == 0 ? 4 : token);
      example.appendTarget(previous, t, token, DenoisingExample.CORRUPTED, true);
      previous = token;
    }
    return example;
  }

  @Override
  public long epoch(long step) {
    return 0;
  }

  @Override
  public String fingerprint() {
    return "four unequal examples a step";
  }
}
