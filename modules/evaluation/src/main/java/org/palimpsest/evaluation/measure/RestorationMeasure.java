package org.palimpsest.evaluation.measure;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.palimpsest.corpus.examples.TokenizedObjective;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.corpus.tokenize.Tokenizer;
import org.palimpsest.evaluation.bootstrap.Estimate;
import org.palimpsest.objective.Corruptor;
import org.palimpsest.objective.Objective;
import org.palimpsest.objective.TokenBlock;
import org.palimpsest.objective.preset.Objectives;

/**
 * Held-out texts damaged in several ways, and restored: {@code exact match}, {@code token
 * accuracy}, and {@code character error rate}, by strength of damage. All subjects get the same
 * damaged texts. To a baseline a mask is no text.
 *
 * @param minGains the same figures are also given for texts with only the changes that gain at
 *     least so many nats; see {@link org.palimpsest.evaluation.inference.JudgedChanges}
 */
record RestorationMeasure(HeldOutTexts texts, List<Damage> damages, List<Double> minGains)
    implements Measure {

  static Measure from(MeasureSettings settings) {
    settings.requireOnly(
        Stream.concat(
                Stream.of("kind", "stage", "damages", "min-gains"), HeldOutTexts.KEYS.stream())
            .toList());
    List<Damage> damages =
        settings.sections("damages").stream().flatMap(one -> Damage.from(one).stream()).toList();
    return new RestorationMeasure(
        HeldOutTexts.from(settings, 1), damages, settings.numbers("min-gains"));
  }

  @Override
  public List<Figure> of(Subject subject) {
    Corpus corpus = subject.corpus();
    List<TokenBlock> originals = texts.in(corpus);
    List<DamagedText> damaged = new ArrayList<>();
    for (Damage damage : damages) {
      damaged.addAll(damaged(originals, damage.objective(), corpus, subject.noiseSeed()));
    }
    List<RestoredText> restored = TextRestorer.of(subject, minGains).restore(damaged);
    List<Figure> figures = new ArrayList<>();
    for (int k = 0; k < damages.size(); k++) {
      int from = k * originals.size();
      int to = from + originals.size();
      Scoring scoring =
          new Scoring(
              damages.get(k), damaged.subList(from, to), corpus.tokenizer(), subject.noiseSeed());
      List<RestoredText> ofDamage = restored.subList(from, to);
      scoring.add("", ofDamage.stream().map(RestoredText::text).toList(), figures);
      for (int i = 0; i < minGains.size(); i++) {
        int threshold = i;
        scoring.add(
            ", changes that gain %s nats".formatted(trimmed(minGains.get(i))),
            ofDamage.stream().map(text -> text.sure().get(threshold)).toList(),
            figures);
      }
    }
    return figures;
  }

  private static String trimmed(double number) {
    return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
  }

  /** The texts as an objective damages them; every text is an example of its own number. */
  static List<DamagedText> damaged(
      List<TokenBlock> originals, Object objective, Corpus corpus, long seed) {
    int longest = originals.stream().mapToInt(TokenBlock::length).max().orElse(1);
    Objective damaging = TokenizedObjective.of(Objectives.parse(objective), corpus.tokenizerFile());
    Corruptor corruptor = damaging.corruptor(corpus.vocabulary(), Math.max(longest, 8));
    Tokenizer tokenizer = corpus.tokenizer();
    List<DamagedText> damaged = new ArrayList<>();
    for (int number = 0; number < originals.size(); number++) {
      TokenBlock text = originals.get(number);
      TokenBlock numbered =
          new TokenBlock(number, text.tokens(), text.sentenceStarts(), text.documentStarts());
      int[] source = corruptor.corrupt(numbered, seed, 0).sourceTokens();
      damaged.add(
          new DamagedText(
              tokenizer.decode(text.tokens()).strip(), tokenizer.decode(source).strip(), source));
    }
    return damaged;
  }

  /** Compares restored texts of one damage with the originals. */
  private record Scoring(Damage damage, List<DamagedText> damaged, Tokenizer tokenizer, long seed) {

    void add(String which, List<String> restored, List<Figure> figures) {
      TextScores scores = new TextScores();
      for (int k = 0; k < damaged.size(); k++) {
        String original = damaged.get(k).original();
        String text = restored.get(k).strip();
        scores.add(original, text, tokenizer.encode(original), tokenizer.encode(text));
      }
      add("exact match" + which, scores.exactMatch(seed), figures);
      add("token accuracy" + which, scores.tokenAccuracy(seed), figures);
      add("character error rate" + which, scores.characterErrorRate(seed), figures);
    }

    private void add(String name, Estimate estimate, List<Figure> figures) {
      figures.add(new Figure(name, damage.name(), damage.strength(), estimate));
    }
  }
}
