package org.palimpsest.tasks.finetuning;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.apache.spark.TaskContext;
import org.palimpsest.corpus.tokenize.Tokenizer;
import org.palimpsest.evaluation.inference.Generation;
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
 * Runs in a task: loads the model once and generates the targets of its share of the held-out
 * pairs.
 *
 * @param search how it generates them
 * @param limit number of pairs that all tasks generate, evenly spread over those held out
 */
record PairGenerator(
    TrainedModel model,
    PairSplit split,
    PairFrame frame,
    String engine,
    Device device,
    Search search,
    long limit,
    int workers)
    implements Serializable {
  private static final long serialVersionUID = 1L;
  static final int BATCH_SIZE = 16;

  /**
   * A beam search.
   *
   * @param beams its width; 1 is greedy
   * @param longest length of the longest target in tokens
   */
  record Search(int beams, int longest) implements Serializable {}

  PairTally generate(int rank) {
    PairTally tally = new PairTally();
    forEachBatch(rank, (replica, pairs) -> generate(pairs, replica, tally));
    return tally;
  }

  /** Returns the loss of the reference targets, without generating. */
  LossSum loss(int rank) {
    List<LossSum> sums = new ArrayList<>();
    forEachBatch(rank, (replica, pairs) -> sums.add(replica.loss(batch(examples(pairs)))));
    return sums.stream().reduce(LossSum.ZERO, LossSum::plus);
  }

  private void forEachBatch(int rank, BiConsumer<Replica, List<Pair>> work) {
    TaskPlacement place = TaskPlacement.of(TaskContext.get(), device);
    PairSplit.Reader reader = split.reader();
    List<Pair> pending = new ArrayList<>();
    long end = limit * (rank + 1) / workers;
    try (Replica replica = model.replica(engine, place.device(), place.threads())) {
      for (long k = limit * rank / workers; k < end; k++) {
        pending.add(reader.pair(0, k * split.pairs() / limit));
        if (pending.size() == BATCH_SIZE || k == end - 1) {
          work.accept(replica, pending);
          pending.clear();
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

  private void generate(List<Pair> pairs, Replica replica, PairTally tally) {
    List<DenoisingExample> examples = examples(pairs);
    tally.add(replica.loss(batch(examples)));
    List<int[]> sources = examples.stream().map(DenoisingExample::sourceTokens).toList();
    List<int[]> generated = replica.decoder().generate(sources, options());
    Tokenizer tokenizer = model.tokenizer().tokenizer();
    for (int i = 0; i < pairs.size(); i++) {
      Pair pair = pairs.get(i);
      tally.add(
          new Sample(
              tokenizer.decode(pair.source()).strip(),
              pair.reference().strip(),
              tokenizer.decode(generated.get(i)).strip()));
    }
  }

  private DenoisingExample example(Pair pair) {
    DenoisingExample example = new DenoisingExample(64);
    frame.fill(example, pair, 0);
    return example;
  }

  private DecodingOptions options() {
    Generation stated = Generation.of(model);
    DecodingOptions usual = stated.decoding(Optional.of(search.beams()), 1);
    int longest = Math.min(search.longest(), usual.maxLength());
    return model.writable(stated.decoding(Optional.of(search.beams()), 1, Optional.of(longest)));
  }
}
