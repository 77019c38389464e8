package org.palimpsest.evaluation.inference;

import java.util.List;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.tokenize.TextFrame;
import org.palimpsest.corpus.tokenize.Tokenizer;
import org.palimpsest.model.Device;
import org.palimpsest.model.Replica;

/**
 * Embeds texts: the mean of the encoder's output over the tokens of a text. The special tokens
 * count that the model's sources have, so for BART {@code <s>} and {@code </s>}, for T5 {@code
 * </s>}. Use it from one thread, and close it.
 */
public final class Embedder implements AutoCloseable {
  private final TrainedModel model;
  private final TextFrame frame;
  private final Replica replica;

  /** Embeds with a replica that another object may close. */
  Embedder(TrainedModel model, Replica replica) {
    this.model = model;
    this.frame = model.frames().source();
    this.replica = replica;
  }

  /**
   * Loads a model.
   *
   * @param engine name of the engine, as in a recipe: {@code auto}, {@code torch} or {@code dl4j}
   * @param threads CPU threads
   */
  public static Embedder open(TrainedModel model, String engine, Device device, int threads) {
    return new Embedder(model, model.replica(engine, device, threads));
  }

  /**
   * The ids of a text as the encoder reads them. All of the text is ordinary text, also {@code
   * <mask>}; the prefix of a fine-tuned model precedes it.
   *
   * @throws PalimpsestException of kind INPUT if the text is empty or too long
   */
  public int[] ids(String text) {
    if (text.isBlank()) {
      throw PalimpsestException.input("The text to embed is empty: provide some text.");
    }
    Tokenizer tokenizer = model.tokenizer().tokenizer();
    int[] ids = frame.around(tokenizer.encode(model.prefix() + text));
    if (ids.length > model.spec().positions()) {
      throw PalimpsestException.input(
          "The text has "
              + ids.length
              + " tokens, but the model "
              + model.origin()
              + " reads at most "
              + model.spec().positions()
              + ": shorten it, or embed it in pieces.");
    }
    return ids;
  }

  /**
   * Embeds one text.
   *
   * @return as many numbers as the model is wide
   * @throws PalimpsestException of kind INPUT if the text is empty or too long
   */
  public float[] embed(String text) {
    return embed(List.of(ids(text))).get(0);
  }

  /**
   * Embeds several texts, computed together, in order.
   *
   * @param texts as {@link #ids} returns them
   */
  public List<float[]> embed(List<int[]> texts) {
    return replica.embeddings(texts);
  }

  @Override
  public void close() {
    replica.close();
  }
}
