package org.palimpsest.tasks.denoising;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.palimpsest.corpus.read.EpochBlock;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.objective.Corruptor;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.training.workload.StepInput;

/** Damages blocks and pads them into the micro-batches of one step after the other. */
final class DamagedBatches implements Iterator<StepInput<Batch>> {
  private final Iterator<EpochBlock> blocks;
  private final int blocksPerStep;
  private final DenoisingSettings settings;
  private final Corruptor corruptor;
  private final List<DenoisingExample> buffers = new ArrayList<>();

  DamagedBatches(Iterator<EpochBlock> blocks, int blocksPerStep, DenoisingSettings settings) {
    this.blocks = blocks;
    this.blocksPerStep = blocksPerStep;
    this.settings = settings;
    corruptor = settings.objective().corruptor(settings.vocabulary(), settings.blockSize());
    int atOnce = Math.min(blocksPerStep, settings.batches().microBatchBlocks());
    for (int i = 0; i < atOnce; i++) {
      buffers.add(new DenoisingExample(settings.blockSize() + 2));
    }
  }

  @Override
  public boolean hasNext() {
    return blocks.hasNext();
  }

  @Override
  public StepInput<Batch> next() {
    List<Batch> microBatches = new ArrayList<>();
    long rawTokens = 0;
    for (int done = 0; done < blocksPerStep; done += buffers.size()) {
      Batch batch = batch(Math.min(buffers.size(), blocksPerStep - done));
      rawTokens += batch.rawTokens();
      microBatches.add(batch);
    }
    return new StepInput<>(microBatches, rawTokens);
  }

  private Batch batch(int rows) {
    for (int row = 0; row < rows; row++) {
      EpochBlock next = blocks.next();
      corruptor.damage(next.block(), settings.seed(), next.epoch(), buffers.get(row));
    }
    return Batch.of(buffers.subList(0, rows), settings.vocabulary().pad());
  }
}
