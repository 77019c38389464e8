package org.palimpsest.evaluation.measure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.palimpsest.base.KeyedHash;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.evaluation.bootstrap.Bootstrap;
import org.palimpsest.evaluation.inference.TrainedModel;
import org.palimpsest.objective.TokenBlock;
import org.palimpsest.training.config.WorkerResources;

/**
 * How much a model uses the text beyond a sentence. In each held-out document a short span within
 * one sentence is replaced by one mask, and the loss of its tokens is computed in three contexts:
 * {@code with its document}; {@code with another document}, where all other sentences are those of
 * the next text, so that length and place stay; and {@code alone}, where the sentence is the whole
 * text. {@code gain of far context} is the second less the first: what the true context tells, in
 * nats per token. Sources and targets have the same context, so the decoder does not see what the
 * encoder must not.
 *
 * @param span number of masked tokens
 */
record ContextMeasure(HeldOutTexts texts, int span) implements Measure {

  static Measure from(MeasureSettings settings) {
    settings.requireOnly(
        Stream.concat(Stream.of("kind", "stage", "span"), HeldOutTexts.KEYS.stream()).toList());
    return new ContextMeasure(HeldOutTexts.from(settings, 3), settings.size("span", 3));
  }

  @Override
  public List<Figure> of(Subject subject) {
    if (!(subject.by() instanceof Subject.Model by)) {
      return List.of();
    }
    List<Gap> gaps = gaps(texts.in(subject.corpus()), subject.noiseSeed());
    int count = gaps.size();
    List<Gap> all = new ArrayList<>(gaps);
    for (int k = 0; k < count; k++) {
      all.add(gaps.get(k).within(gaps.get((k + 1) % count)));
    }
    gaps.forEach(gap -> all.add(gap.alone()));
    double[] losses = losses(by.model(), subject, all);
    double[] tokens = new double[count];
    Arrays.fill(tokens, span);
    double[] own = Arrays.copyOfRange(losses, 0, count);
    double[] other = Arrays.copyOfRange(losses, count, 2 * count);
    double[] alone = Arrays.copyOfRange(losses, 2 * count, 3 * count);
    double[] gain = IntStream.range(0, count).mapToDouble(k -> other[k] - own[k]).toArray();
    Bootstrap bootstrap = new Bootstrap(subject.noiseSeed());
    return List.of(
        new Figure("loss of the gap", "with its document", 0, bootstrap.ratio(own, tokens)),
        new Figure("loss of the gap", "with another document", 0, bootstrap.ratio(other, tokens)),
        new Figure("loss of the gap", "alone", 0, bootstrap.ratio(alone, tokens)),
        new Figure("gain of far context", "", 0, bootstrap.ratio(gain, tokens)));
  }

  /** A gap in a sentence that has room for it and is not the first, where there is one. */
  private List<Gap> gaps(List<TokenBlock> documents, long seed) {
    List<Gap> gaps = new ArrayList<>();
    for (int number = 0; number < documents.size(); number++) {
      TokenBlock text = documents.get(number);
      int[] starts = text.sentenceStarts();
      List<Integer> roomy = new ArrayList<>();
      for (int k = 1; k < starts.length; k++) {
        if (Gap.end(text, k) - starts[k] >= span + 2) {
          roomy.add(k);
        }
      }
      if (!roomy.isEmpty()) {
        int sentence = roomy.get(KeyedHash.below(KeyedHash.of(seed, number, 0), roomy.size()));
        int room = Gap.end(text, sentence) - starts[sentence] - span - 1;
        int offset = KeyedHash.below(KeyedHash.of(seed, number, 1), room);
        gaps.add(new Gap(text, sentence, starts[sentence] + offset, span));
      }
    }
    if (gaps.size() < 2) {
      throw PalimpsestException.input(
          "The held-out text has fewer than two documents with a second sentence of at least "
              + (span + 2)
              + " tokens: lower span in the study, or set corpus.policy = apart.");
    }
    return gaps;
  }

  private static double[] losses(TrainedModel model, Subject subject, List<Gap> gaps) {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(subject.spark().sparkContext());
    WorkerResources resources = WorkerResources.from(subject.recipe());
    int workers = resources.tasks(spark, (gaps.size() + GapScorer.BATCH - 1) / GapScorer.BATCH);
    GapScorer scorer =
        new GapScorer(
            model,
            subject.recipe().config().getString("engine"),
            subject.recipe().config().getString("training.device"));
    ArrayList<Gap> all = new ArrayList<>(gaps);
    return resources
        .on(spark.parallelize(IntStream.range(0, workers).boxed().toList(), workers))
        .flatMap(rank -> scorer.score(share(all, rank, workers)).iterator())
        .collect()
        .stream()
        .mapToDouble(Double::doubleValue)
        .toArray();
  }

  private static List<Gap> share(List<Gap> all, int rank, int workers) {
    return all.subList(all.size() * rank / workers, all.size() * (rank + 1) / workers);
  }
}
