package org.palimpsest.evaluation.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.palimpsest.corpus.text.Sentences;
import org.palimpsest.corpus.tokenize.Tokenizer;
import org.palimpsest.evaluation.bootstrap.Bootstrap;
import org.palimpsest.evaluation.bootstrap.Estimate;
import org.palimpsest.objective.TokenBlock;

/**
 * Order restored: held-out documents whose sentences all changed places, and {@code sentences in
 * order}, the share of pairs of sentences that stand in the original order in the restored text. A
 * sentence is found where the restored text has one of at most a third of its characters as edits;
 * pairs of which one is not found are not in order. The copy baseline has what permutation leaves
 * by chance, about half.
 */
record OrderMeasure(HeldOutTexts texts) implements Measure {
  private static final Object PERMUTATION =
      Map.of("steps", List.of(Map.of("kind", "sentence-permutation", "share", 1)));

  static Measure from(MeasureSettings settings) {
    settings.requireOnly(
        Stream.concat(Stream.of("kind", "stage"), HeldOutTexts.KEYS.stream()).toList());
    return new OrderMeasure(HeldOutTexts.from(settings, 3));
  }

  @Override
  public List<Figure> of(Subject subject) {
    if (subject.by() instanceof Subject.Dictionary) {
      return List.of(); // It never changes places.
    }
    List<TokenBlock> originals = texts.in(subject.corpus());
    List<DamagedText> damaged =
        RestorationMeasure.damaged(originals, PERMUTATION, subject.corpus(), subject.noiseSeed());
    List<RestoredText> restored = TextRestorer.of(subject).restore(damaged);
    double[] inOrder = new double[originals.size()];
    double[] pairs = new double[originals.size()];
    Tokenizer tokenizer = subject.corpus().tokenizer();
    for (int k = 0; k < originals.size(); k++) {
      List<String> sentences = sentences(originals.get(k), tokenizer);
      inOrder[k] = pairsInOrder(sentences, split(restored.get(k).text()));
      pairs[k] = sentences.size() * (sentences.size() - 1) / 2.0;
    }
    Estimate estimate = new Bootstrap(subject.noiseSeed()).ratio(inOrder, pairs);
    return List.of(new Figure("sentences in order", "", 0, estimate));
  }

  private static List<String> sentences(TokenBlock text, Tokenizer tokenizer) {
    List<String> sentences = new ArrayList<>();
    int[] starts = text.sentenceStarts();
    for (int k = 0; k < starts.length; k++) {
      int end = k + 1 < starts.length ? starts[k + 1] : text.length();
      sentences.add(tokenizer.decode(text.document(starts[k], end).tokens()).strip());
    }
    return sentences;
  }

  private static List<String> split(String text) {
    Sentences found = new Sentences();
    int count = found.find(text);
    List<String> sentences = new ArrayList<>();
    for (int k = 0; k < count; k++) {
      int end = k + 1 < count ? found.start(k + 1) : text.length();
      sentences.add(text.substring(found.start(k), end).strip());
    }
    return sentences;
  }

  /** Number of pairs of the original sentences that stand in this order in a restored text. */
  static int pairsInOrder(List<String> original, List<String> restored) {
    int[] places = places(original, restored);
    int pairs = 0;
    for (int later = 1; later < places.length; later++) {
      for (int earlier = 0; earlier < later; earlier++) {
        pairs += places[earlier] >= 0 && places[earlier] < places[later] ? 1 : 0;
      }
    }
    return pairs;
  }

  /** Where each original sentence stands, each in a place of its own; −1 if it is not found. */
  private static int[] places(List<String> original, List<String> restored) {
    boolean[] taken = new boolean[restored.size()];
    int[] places = new int[original.size()];
    for (int k = 0; k < places.length; k++) {
      int[] sentence = original.get(k).codePoints().toArray();
      int best = sentence.length / 3 + 1;
      places[k] = -1;
      for (int place = 0; place < taken.length; place++) {
        int edits = Sequences.distance(sentence, restored.get(place).codePoints().toArray());
        if (!taken[place] && edits < best) {
          best = edits;
          places[k] = place;
        }
      }
      if (places[k] >= 0) {
        taken[places[k]] = true;
      }
    }
    return places;
  }
}
