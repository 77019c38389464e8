package org.palimpsest.evaluation.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.palimpsest.corpus.examples.TokenizedObjective;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.corpus.tokenize.Tokenizer;
import org.palimpsest.objective.Corruptor;
import org.palimpsest.objective.Objective;
import org.palimpsest.objective.TokenBlock;
import org.palimpsest.objective.preset.Objectives;

/**
 * Held-out texts damaged in several ways, and restored: {@code exact match}, {@code token
 * accuracy}, and {@code character error rate}, by strength of damage. All subjects get the same
 * damaged texts. To a baseline a mask is no text.
 */
record RestorationMeasure(HeldOutTexts texts, List<Damage> damages) implements Measure {

  static Measure from(MeasureSettings settings) {
    settings.requireOnly(
        Stream.concat(Stream.of("kind", "stage", "damages"), HeldOutTexts.KEYS.stream()).toList());
    List<Damage> damages =
        settings.sections("damages").stream().flatMap(one -> Damage.from(one).stream()).toList();
    return new RestorationMeasure(HeldOutTexts.from(settings, 1), damages);
  }

  @Override
  public List<Figure> of(Subject subject) {
    Corpus corpus = subject.corpus();
    List<TokenBlock> originals = texts.in(corpus);
    List<DamagedText> damaged = new ArrayList<>();
    for (Damage damage : damages) {
      damaged.addAll(damaged(originals, damage.objective(), corpus, subject.noiseSeed()));
    }
    List<String> restored = TextRestorer.of(subject).restore(damaged);
    List<Figure> figures = new ArrayList<>();
    for (int k = 0; k < damages.size(); k++) {
      int from = k * originals.size();
      int to = from + originals.size();
      TextScores scores =
          scores(damaged.subList(from, to), restored.subList(from, to), corpus.tokenizer());
      add(damages.get(k), scores, subject.noiseSeed(), figures);
    }
    return figures;
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

  private static TextScores scores(
      List<DamagedText> damaged, List<String> restored, Tokenizer tokenizer) {
    TextScores scores = new TextScores();
    for (int k = 0; k < damaged.size(); k++) {
      String original = damaged.get(k).original();
      String text = restored.get(k).strip();
      scores.add(original, text, tokenizer.encode(original), tokenizer.encode(text));
    }
    return scores;
  }

  private static void add(Damage damage, TextScores scores, long seed, List<Figure> figures) {
    String of = damage.name();
    double at = damage.strength();
    figures.add(new Figure("exact match", of, at, scores.exactMatch(seed)));
    figures.add(new Figure("token accuracy", of, at, scores.tokenAccuracy(seed)));
    figures.add(new Figure("character error rate", of, at, scores.characterErrorRate(seed)));
  }
}
