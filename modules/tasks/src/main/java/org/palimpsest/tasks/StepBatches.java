package org.palimpsest.tasks;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.palimpsest.corpus.read.WorkerSlice;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.training.workload.StepInput;

/**
 * Pads the examples of one worker into the micro-batches of consecutive steps, without end. Holds
 * the examples of one micro-batch. Not thread-safe.
 */
public final class StepBatches implements Iterator<StepInput<Batch>> {
  private final int perStep;
  private final int pad;
  private final LostWeight lostWeight;
  private final Consumer<DenoisingExample> examples;
  private final List<DenoisingExample> buffers = new ArrayList<>();
  private long step;

  /**
   * Creates the steps of a worker.
   *
   * @param slice the worker's share; it may be empty
   * @param settings micro-batches and weights
   * @param length expected length of an example in tokens
   * @param pad id of the padding token
   * @param examples fills a buffer with the next example
   */
  public StepBatches(
      WorkerSlice slice,
      BatchSettings settings,
      int length,
      int pad,
      Consumer<DenoisingExample> examples) {
    this.perStep = slice.blocksPerStep();
    this.step = slice.firstStep();
    this.pad = pad;
    this.lostWeight = settings.lostWeight();
    this.examples = examples;
    for (int i = 0; i < Math.min(perStep, settings.microBatch()); i++) {
      buffers.add(new DenoisingExample(length));
    }
  }

  @Override
  public boolean hasNext() {
    return perStep > 0;
  }

  @Override
  public StepInput<Batch> next() {
    List<Batch> microBatches = new ArrayList<>();
    long rawTokens = 0;
    float weight = lostWeight.at(step++);
    for (int done = 0; done < perStep; done += buffers.size()) {
      List<DenoisingExample> rows = buffers.subList(0, Math.min(buffers.size(), perStep - done));
      rows.forEach(examples);
      Batch batch = Batch.of(rows, pad);
      batch.weighLost(weight);
      rawTokens += batch.rawTokens();
      microBatches.add(batch);
    }
    return new StepInput<>(microBatches, rawTokens);
  }
}
