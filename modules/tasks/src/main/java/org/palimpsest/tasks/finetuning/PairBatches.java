package org.palimpsest.tasks.finetuning;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.palimpsest.corpus.read.BlockOrder;
import org.palimpsest.corpus.read.WorkerSlice;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.training.workload.StepInput;

/** The pairs of one worker, padded into the micro-batches of consecutive steps, without end. */
final class PairBatches implements Iterator<StepInput<Batch>> {
  private final PairSplit.Reader reader;
  private final BlockOrder.Cursor cursor;
  private final FineTuningSettings settings;
  private final WorkerSlice slice;
  private final List<DenoisingExample> buffers = new ArrayList<>();
  private long step;

  PairBatches(PairSplit split, FineTuningSettings settings, WorkerSlice slice) {
    this.settings = settings;
    this.slice = slice;
    reader = split.reader();
    cursor = split.order(settings.seed()).cursor();
    step = slice.firstStep();
    int rows = Math.min(slice.blocksPerStep(), settings.microBatchPairs());
    for (int i = 0; i < rows; i++) {
      buffers.add(new DenoisingExample(64));
    }
  }

  @Override
  public boolean hasNext() {
    return slice.blocksPerStep() > 0;
  }

  @Override
  public StepInput<Batch> next() {
    List<Batch> microBatches = new ArrayList<>();
    long rawTokens = 0;
    int pairs = slice.blocksPerStep();
    for (int done = 0; done < pairs; done += buffers.size()) {
      Batch batch = batch(done, Math.min(buffers.size(), pairs - done));
      rawTokens += batch.rawTokens();
      microBatches.add(batch);
    }
    step++;
    return new StepInput<>(microBatches, rawTokens);
  }

  private Batch batch(int done, int rows) {
    long first = step * slice.batchBlocks() + slice.offset() + done;
    for (int row = 0; row < rows; row++) {
      cursor.moveTo(first + row);
      Pair pair = reader.pair(cursor.lane(), cursor.row());
      settings.frame().fill(buffers.get(row), pair, first + row);
    }
    return Batch.of(buffers.subList(0, rows), settings.frame().tokens().pad());
  }
}
