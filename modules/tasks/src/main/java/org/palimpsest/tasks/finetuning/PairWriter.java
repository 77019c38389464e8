package org.palimpsest.tasks.finetuning;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.apache.spark.TaskContext;
import org.palimpsest.corpus.tokenize.Tokenizer;
import org.palimpsest.evaluation.inference.TrainedModel;
import org.palimpsest.model.DecodingOptions;
import org.palimpsest.model.Device;
import org.palimpsest.model.LossSum;
import org.palimpsest.model.Replica;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.tasks.finetuning.PairReport.Sample;
import org.palimpsest.training.workload.TaskPlacement;

/**
 * In a task: loads the model once and writes the targets of its share of the held-out pairs.
 *
 * @param most how many pairs all tasks write together, evenly spread over those held out
 */
record PairWriter(
    TrainedModel model,
    PairSplit split,
    PairFrame frame,
    String engine,
    Device device,
    int beams,
    long most,
    int workers)
    implements Serializable {
  private static final long serialVersionUID = 1L;
  static final int AT_ONCE = 16;

  PairTally write(int rank) {
    PairTally tally = new PairTally();
    forEachBatch(rank, (replica, pairs) -> write(pairs, replica, tally));
    return tally;
  }

  /** The loss of the true targets, of which nothing is written. */
  LossSum loss(int rank) {
    List<LossSum> sums = new ArrayList<>();
    forEachBatch(rank, (replica, pairs) -> sums.add(replica.loss(batch(examples(pairs)))));
    return sums.stream().reduce(LossSum.ZERO, LossSum::plus);
  }

  private void forEachBatch(int rank, BiConsumer<Replica, List<Pair>> work) {
    TaskPlacement place = TaskPlacement.of(TaskContext.get(), device);
    PairSplit.Reader reader = split.reader();
    List<Pair> waiting = new ArrayList<>();
    long end = most * (rank + 1) / workers;
    try (Replica replica = model.replica(engine, place.device(), place.threads())) {
      for (long k = most * rank / workers; k < end; k++) {
        waiting.add(reader.pair(0, k * split.pairs() / most));
        if (waiting.size() == AT_ONCE || k == end - 1) {
          work.accept(replica, waiting);
          waiting.clear();
        }
      }
    }
  }

  private List<DenoisingExample> examples(List<Pair> pairs) {
    return pairs.stream().map(this::example).toList();
  }

  private Batch batch(List<DenoisingExample> examples) {
    return Batch.of(examples, frame.tokens().pad());
  }

  private void write(List<Pair> pairs, Replica replica, PairTally tally) {
    List<DenoisingExample> examples = examples(pairs);
    tally.add(replica.loss(batch(examples)));
    List<int[]> sources = examples.stream().map(DenoisingExample::sourceTokens).toList();
    List<int[]> written = replica.decoder().generate(sources, options());
    Tokenizer tokenizer = model.tokenizer().tokenizer();
    for (int i = 0; i < pairs.size(); i++) {
      Pair pair = pairs.get(i);
      tally.add(
          new Sample(
              tokenizer.decode(pair.source()).strip(),
              pair.reference().strip(),
              tokenizer.decode(written.get(i)).strip()));
    }
  }

  private DenoisingExample example(Pair pair) {
    DenoisingExample example = new DenoisingExample(64);
    frame.fill(example, pair, 0);
    return example;
  }

  private DecodingOptions options() {
    return new DecodingOptions(model.spec().positions(), beams, 1.0).withBanned(model.unwritable());
  }
}
