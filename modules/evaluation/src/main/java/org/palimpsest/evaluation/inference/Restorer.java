package org.palimpsest.evaluation.inference;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.palimpsest.corpus.tokenize.Tokenizer;
import org.palimpsest.evaluation.inference.MarkUse.Answer;
import org.palimpsest.model.DecodingOptions;
import org.palimpsest.model.Device;
import org.palimpsest.model.Hypothesis;
import org.palimpsest.model.Replica;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.objective.TokenBlock;
import org.palimpsest.objective.Vocabulary;

/** Restores text with a denoising model. Use it from one thread, and close it. */
public final class Restorer implements AutoCloseable {
  private static final int SCORED_AT_ONCE = 32;

  private final TrainedModel model;
  private final Tokenizer tokenizer;
  private final Vocabulary vocabulary;
  private final BitSet languages;
  private final MarkUse use;
  private final TextFrames frames;
  private final Replica replica;
  private final DecodingOptions options;

  private Restorer(TrainedModel model, Replica replica, DecodingOptions options) {
    this.model = model;
    this.tokenizer = model.tokenizer().tokenizer();
    this.vocabulary = tokenizer.vocabulary();
    this.languages = vocabulary.languages();
    this.use = model.use();
    this.frames = TextFrames.of(model, use);
    this.replica = replica;
    this.options = model.writable(options);
  }

  /**
   * Loads a model on the CPU.
   *
   * @param engine name of the engine, as in a recipe: {@code auto}, {@code torch} or {@code dl4j}
   * @param threads CPU threads
   * @param beams width of the beam search; 1 is greedy
   */
  public static Restorer open(TrainedModel model, String engine, int threads, int beams) {
    DecodingOptions options = new DecodingOptions(model.spec().positions(), beams, 1.0);
    return open(model, engine, threads, options);
  }

  /**
   * Loads a model on the CPU.
   *
   * @param options options of the beam search
   */
  public static Restorer open(
      TrainedModel model, String engine, int threads, DecodingOptions options) {
    return open(model, engine, Device.CPU, threads, options);
  }

  /**
   * Loads a model on a device.
   *
   * @param options options of the beam search
   */
  public static Restorer open(
      TrainedModel model, String engine, Device device, int threads, DecodingOptions options) {
    TrainedModel own = new ModelLanguages(model).ofOwn();
    return new Restorer(own, own.replica(engine, device, threads), options);
  }

  /**
   * Restores a text. Each {@code <mask>} marks missing words; a text without one is reconstructed
   * as a whole. For example, {@code The <mask> sat on the mat.} may become {@code The cat sat on
   * the mat.}
   *
   * @throws org.palimpsest.base.PalimpsestException of kind INPUT if the model cannot use the text
   */
  public Restoration restore(String text) {
    return alternatives(text).get(0);
  }

  /** Whether the model has positions for a text. */
  boolean fits(String text) {
    int around = frames.source().before().length + frames.source().after().length;
    int tokens = tokenizer.encode(model.prefix() + text).length;
    return tokens + around <= model.spec().positions();
  }

  /** The {@link DecodingOptions#best()} best restorations of a text, best first. */
  public List<Restoration> alternatives(String text) {
    return alternatives(List.of(source(text)), options).get(0);
  }

  /** Embeds texts with the model of this restorer, which closes it. */
  public Embedder embedder() {
    return new Embedder(model, replica);
  }

  /**
   * The ids of the model's source for a text.
   *
   * @throws org.palimpsest.base.PalimpsestException of kind INPUT if the model cannot use the text
   */
  public int[] source(String text) {
    String whole = text.isBlank() ? text : model.prefix() + text;
    return new SourceText(whole, model, use, frames.source()).ids();
  }

  /**
   * The best restorations of several sources, computed together, in order.
   *
   * @param sources as {@link #source} returns them
   * @param others options of the beam search, instead of those of this restorer
   */
  public List<List<Restoration>> alternatives(List<int[]> sources, DecodingOptions others) {
    DecodingOptions writable = model.writable(others);
    List<List<Hypothesis>> found = replica.decoder().hypotheses(sources, writable);
    List<List<Restoration>> restored = new ArrayList<>();
    for (int i = 0; i < sources.size(); i++) {
      restored.add(restorations(sources.get(i), found.get(i), Optional.empty()));
    }
    return restored;
  }

  /**
   * Restores an example that an objective has corrupted.
   *
   * @param block the original text
   */
  public Restoration restore(TokenBlock block, DenoisingExample corrupted) {
    return alternatives(block, corrupted, options).get(0);
  }

  /**
   * The best restorations of an example that an objective has corrupted, best first.
   *
   * @param block the original text
   * @param others options of the beam search, instead of those of this restorer
   */
  public List<Restoration> alternatives(
      TokenBlock block, DenoisingExample corrupted, DecodingOptions others) {
    String original = tokenizer.decode(block.tokens()).strip();
    int[] source = corrupted.sourceTokens();
    DecodingOptions writable = inLanguageOf(corrupted, model.writable(others));
    List<Hypothesis> found = replica.decoder().hypotheses(List.of(source), writable).get(0);
    return restorations(source, found, Optional.of(original));
  }

  /** A text is written in the language that its target has. */
  private DecodingOptions inLanguageOf(DenoisingExample example, DecodingOptions options) {
    if (example.targetLength() == 0) {
      return options;
    }
    int start = example.decoderInput()[0];
    int first = example.target()[0];
    if (languages.get(start)) {
      return options.startingWith(start);
    }
    return languages.get(first) ? options.withPrefix(List.of(first)) : options;
  }

  /**
   * A span that the corruption removed.
   *
   * @param text the original text
   * @param tokens its length
   */
  public record LostSpan(String text, int tokens) implements Serializable {}

  /**
   * The spans that the marks of an example replace, in the order of its source; none if the target
   * does not hold them in that order.
   */
  public List<LostSpan> lostSpans(DenoisingExample corrupted) {
    if (use.answer() == Answer.OTHER || isMoved(corrupted)) {
      return List.of();
    }
    int[] target = Arrays.copyOf(corrupted.target(), corrupted.targetLength());
    return spans(content(corrupted.sourceTokens()), content(target)).stream()
        .map(span -> new LostSpan(tokenizer.decode(span).strip(), span.length))
        .toList();
  }

  /**
   * The loss of a target in nats per token; not a number if it is longer than what the model
   * writes.
   *
   * @param source as {@link #source} returns it
   */
  public double loss(int[] source, String target) {
    DenoisingExample example = example(source, target);
    return fits(example)
        ? replica.loss(Batch.of(List.of(example), vocabulary.pad())).mean()
        : Double.NaN;
  }

  /**
   * The losses of several targets of one source in nats, each summed over its tokens; not a number
   * for a target that is longer than what the model writes.
   *
   * @param source as {@link #source} returns it
   */
  double[] losses(int[] source, List<String> targets) {
    double[] losses = new double[targets.size()];
    Arrays.fill(losses, Double.NaN);
    List<DenoisingExample> examples = targets.stream().map(text -> example(source, text)).toList();
    int[] places = IntStream.range(0, losses.length).filter(k -> fits(examples.get(k))).toArray();
    for (int from = 0; from < places.length; from += SCORED_AT_ONCE) {
      int[] part = Arrays.copyOfRange(places, from, Math.min(places.length, from + SCORED_AT_ONCE));
      List<DenoisingExample> rows = Arrays.stream(part).mapToObj(examples::get).toList();
      Batch batch = Batch.of(rows, vocabulary.pad());
      Replica.Scores scores = replica.score(batch);
      for (int row = 0; row < part.length; row++) {
        losses[part[row]] = scores.lossOf(batch, row);
      }
    }
    return losses;
  }

  private DenoisingExample example(int[] source, String target) {
    return new TargetText(model.spec().tokens(), frames.targetStart(), tokenizer.encode(target))
        .after(source);
  }

  private boolean fits(DenoisingExample example) {
    return example.targetLength() <= model.spec().positions();
  }

  private List<Restoration> restorations(
      int[] source, List<Hypothesis> found, Optional<String> original) {
    return found.stream().map(hypothesis -> restoration(source, hypothesis, original)).toList();
  }

  private Restoration restoration(int[] source, Hypothesis hypothesis, Optional<String> original) {
    int[] written = content(hypothesis.tokens());
    int[] read = content(source);
    List<int[]> spans = spans(read, written);
    int[] text = use.answer() == Answer.SPANS ? Spans.filledIn(read, spans, vocabulary) : written;
    return new Restoration(
        tokenizer.show(read),
        tokenizer.decode(text).strip(),
        spans.stream().map(span -> tokenizer.decode(span).strip()).toList(),
        original,
        Math.exp(hypothesis.logProbability()));
  }

  private static boolean isMoved(DenoisingExample example) {
    for (int t = 0; t < example.targetLength(); t++) {
      if (example.roles()[t] == DenoisingExample.MOVED) {
        return true;
      }
    }
    return false;
  }

  private List<int[]> spans(int[] read, int[] written) {
    return use.answer() == Answer.SPANS
        ? Spans.afterSentinels(read, written, vocabulary)
        : Spans.filled(read, written, vocabulary.mask());
  }

  /**
   * The ids without {@code <s>} and languages at the start, {@code </s>} and languages at the end.
   */
  private int[] content(int[] ids) {
    int from = 0;
    while (from < ids.length && (ids[from] == vocabulary.bos() || languages.get(ids[from]))) {
      from++;
    }
    int to = ids.length;
    while (to > from && (ids[to - 1] == vocabulary.eos() || languages.get(ids[to - 1]))) {
      to--;
    }
    return Arrays.copyOfRange(ids, from, to);
  }

  @Override
  public void close() {
    replica.close();
  }
}
