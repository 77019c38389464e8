package org.palimpsest.training.finetuning;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.TaskContext;
import org.palimpsest.corpus.Tokenizer;
import org.palimpsest.model.Batch;
import org.palimpsest.model.DecodingOptions;
import org.palimpsest.model.Device;
import org.palimpsest.model.Replica;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.training.Workplace;
import org.palimpsest.training.finetuning.PairReport.Sample;
import org.palimpsest.training.trained.TrainedModel;

/**
 * In a task: loads the model once and writes the targets of its share of the held-out pairs.
 *
 * @param most how many pairs all tasks write together, evenly spread over those held out
 */
record PairWriter(
    TrainedModel model,
    PairPart part,
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
    Workplace place = Workplace.of(TaskContext.get(), device);
    PairPart.Reader reader = part.reader();
    PairTally tally = new PairTally();
    List<Pair> waiting = new ArrayList<>();
    try (Replica replica = model.replica(engine, place.device(), place.threads())) {
      for (long k = most * rank / workers; k < most * (rank + 1) / workers; k++) {
        waiting.add(reader.pair(0, k * part.pairs() / most));
        if (waiting.size() == AT_ONCE) {
          write(waiting, replica, tally);
        }
      }
      write(waiting, replica, tally);
    }
    return tally;
  }

  private void write(List<Pair> pairs, Replica replica, PairTally tally) {
    if (pairs.isEmpty()) {
      return;
    }
    List<DenoisingExample> examples = pairs.stream().map(this::example).toList();
    tally.add(replica.loss(Batch.of(examples, frame.tokens().pad())));
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
    pairs.clear();
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
