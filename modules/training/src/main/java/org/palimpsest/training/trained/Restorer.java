package org.palimpsest.training.trained;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.palimpsest.corpus.Tokenizer;
import org.palimpsest.model.DecodingOptions;
import org.palimpsest.model.Device;
import org.palimpsest.model.Replica;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.objective.PalimpsestException;
import org.palimpsest.objective.TokenBlock;
import org.palimpsest.objective.Vocabulary;

/** Writes damaged text anew with a model that was trained to. One thread; close it. */
public final class Restorer implements AutoCloseable {
  private static final String MASK = "<mask>";

  private final TrainedModel model;
  private final Tokenizer tokenizer;
  private final Vocabulary vocabulary;
  private final Replica replica;
  private final int beams;

  private Restorer(TrainedModel model, Replica replica, int beams) {
    this.model = model;
    this.tokenizer = model.tokenizer().tokenizer();
    this.vocabulary = tokenizer.vocabulary();
    this.replica = replica;
    this.beams = beams;
  }

  /**
   * Loads a model on the CPU.
   *
   * @param engine as in a recipe: {@code auto}, {@code torch}
   * @param threads CPU threads
   * @param beams width of the search; 1 is greedy
   */
  public static Restorer open(TrainedModel model, String engine, int threads, int beams) {
    return new Restorer(model, model.replica(engine, Device.CPU, threads), beams);
  }

  /**
   * Restores a text. Each {@code <mask>} in it stands for any number of missing words; a text
   * without one is written anew, corrected if the model knows better.
   *
   * @throws PalimpsestException of kind INPUT in one sentence if the model cannot use the text
   */
  public Restoration restore(String text) {
    if (text.isBlank()) {
      throw PalimpsestException.input("There is no text to restore: give one that is not empty.");
    }
    if (text.contains(MASK) && !vocabulary.hasMask()) {
      throw PalimpsestException.input(
          "The model " + model.origin() + " knows no " + MASK + ": give it a text without one.");
    }
    int[] content = encode(text);
    int[] source = framed(content);
    requirePositions(source.length);
    int[] written = write(source);
    return restoration(source, written, "");
  }

  /** The pieces between the masks are encoded as they stand, and the masks put between them. */
  private int[] encode(String text) {
    String[] pieces = text.split(MASK, -1);
    List<int[]> parts = new ArrayList<>();
    for (int i = 0; i < pieces.length; i++) {
      if (i > 0) {
        parts.add(new int[] {vocabulary.mask()});
      }
      // A word's blank belongs to its token; before a mask it would be a token of its own.
      String piece = i < pieces.length - 1 ? pieces[i].stripTrailing() : pieces[i];
      parts.add(tokenizer.encode(piece));
    }
    return parts.stream().flatMapToInt(Arrays::stream).toArray();
  }

  private int[] framed(int[] content) {
    int[] framed = new int[content.length + 2];
    framed[0] = vocabulary.bos();
    System.arraycopy(content, 0, framed, 1, content.length);
    framed[framed.length - 1] = vocabulary.eos();
    return framed;
  }

  private void requirePositions(int length) {
    if (length > model.spec().positions()) {
      throw PalimpsestException.input(
          "The text has "
              + (length - 2)
              + " tokens, but the model "
              + model.origin()
              + " reads at most "
              + (model.spec().positions() - 2)
              + ": shorten it, or restore it in pieces.");
    }
  }

  private int[] write(int[] source) {
    DecodingOptions options = new DecodingOptions(model.spec().positions(), beams, 1.0);
    return replica.decoder().generate(List.of(source), options).get(0);
  }

  /**
   * Restores an example that an objective has damaged.
   *
   * @param block the undamaged text
   */
  public Restoration restore(TokenBlock block, DenoisingExample damaged) {
    int[] source = damaged.sourceTokens();
    return restoration(source, write(source), tokenizer.decode(block.tokens()));
  }

  private Restoration restoration(int[] source, int[] written, String original) {
    int[] text = content(written);
    List<String> spans =
        Spans.filled(content(source), text, vocabulary.mask()).stream()
            .map(span -> tokenizer.decode(span).strip())
            .toList();
    return new Restoration(
        tokenizer.show(content(source)), tokenizer.decode(text).strip(), spans, original.strip());
  }

  /** Without {@code <s>} at the beginning and {@code </s>} at the end. */
  private int[] content(int[] ids) {
    int from = ids.length > 0 && ids[0] == vocabulary.bos() ? 1 : 0;
    int to = ids.length;
    while (to > from && ids[to - 1] == vocabulary.eos()) {
      to--;
    }
    return Arrays.copyOfRange(ids, from, to);
  }

  @Override
  public void close() {
    replica.close();
  }
}
