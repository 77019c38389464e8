package org.palimpsest.evaluation;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;
import org.palimpsest.evaluation.bootstrap.Interval;

/**
 * The result of an evaluation.
 *
 * @param subject what was evaluated
 * @param sample what it was evaluated on
 * @param losses mean losses over the sample
 * @param certainty how sure these losses are
 * @param scores the model's scores by kind of position
 * @param baselines scores of two simple models at the corrupted positions
 * @param restored how well the model restores whole spans
 * @param seconds wall time
 */
public record EvaluationReport(
    Subject subject,
    Sample sample,
    Losses losses,
    Certainty certainty,
    Scores scores,
    Baselines baselines,
    RestoredSpans restored,
    double seconds) {

  /**
   * What was evaluated.
   *
   * @param model path of the model
   * @param objective name of the objective that corrupted the text
   * @param seed of the noise
   */
  public record Subject(String model, String objective, long seed) {}

  /**
   * What the model was evaluated on.
   *
   * @param blocks held-out blocks
   * @param utf8Bytes length of their text
   * @param targetTokens target positions that count in the loss, special tokens included
   */
  public record Sample(long blocks, long utf8Bytes, long targetTokens) {}

  /**
   * Mean losses over the sample.
   *
   * @param loss nats per counted target token
   * @param perplexity {@code exp(loss)}
   * @param natsPerByte loss of all counted text tokens per UTF-8 byte of the blocks, which is
   *     comparable between tokenizers
   */
  public record Losses(double loss, double perplexity, double natsPerByte) {}

  /**
   * How sure the losses are: intervals that cover the value with a probability of 95 %, from a
   * bootstrap over documents.
   *
   * @param documents number of documents in the sample
   * @param loss of the nats per counted target token; empty with fewer than two documents
   * @param natsPerByte of the nats per UTF-8 byte; empty with fewer than two documents
   */
  public record Certainty(int documents, Optional<Interval> loss, Optional<Interval> natsPerByte) {}

  /**
   * The model's scores by kind of position.
   *
   * @param damaged positions whose token the noise removed or replaced
   * @param kept positions whose token is in the source at its own place
   * @param moved positions whose token is in the source at another place
   */
  public record Scores(PositionScore damaged, PositionScore kept, PositionScore moved) {}

  /**
   * Scores of two simple models of the training text at the corrupted positions.
   *
   * @param unigram token frequencies
   * @param bigram a bigram model that gets the true left neighbor
   */
  public record Baselines(PositionScore unigram, PositionScore bigram) {}

  /**
   * Spans that the model restored by greedy decoding, beside a baseline that writes the most
   * frequent word of the training text once for each token of the span.
   *
   * @param texts number of restored texts
   * @param spans number of spans in them; 0 if the objective marks no gaps
   * @param rougeL mean ROUGE-L of the model's spans and the original ones
   * @param unigramRougeL that of the baseline
   */
  public record RestoredSpans(long texts, long spans, double rougeL, double unigramRougeL) {}

  public String objective() {
    return subject.objective();
  }

  public long blocks() {
    return sample.blocks();
  }

  public long targetTokens() {
    return sample.targetTokens();
  }

  public double loss() {
    return losses.loss();
  }

  public double perplexity() {
    return losses.perplexity();
  }

  public double natsPerByte() {
    return losses.natsPerByte();
  }

  public PositionScore damaged() {
    return scores.damaged();
  }

  public PositionScore kept() {
    return scores.kept();
  }

  public PositionScore moved() {
    return scores.moved();
  }

  public PositionScore unigram() {
    return baselines.unigram();
  }

  public PositionScore bigram() {
    return baselines.bigram();
  }

  /** What {@code evaluate --json} prints: the names and the order of its fields are a format. */
  private record Json(
      String model,
      String objective,
      long seed,
      long blocks,
      long utf8Bytes,
      long targetTokens,
      double loss,
      double perplexity,
      double natsPerByte,
      int documents,
      Interval lossInterval,
      Interval natsPerByteInterval,
      PositionScore damaged,
      PositionScore kept,
      PositionScore moved,
      PositionScore unigram,
      PositionScore bigram,
      RestoredSpans restored,
      double seconds) {}

  @JsonValue
  private Json json() {
    return new Json(
        subject.model(),
        objective(),
        subject.seed(),
        blocks(),
        sample.utf8Bytes(),
        targetTokens(),
        loss(),
        perplexity(),
        natsPerByte(),
        certainty.documents(),
        certainty.loss().orElse(null),
        certainty.natsPerByte().orElse(null),
        damaged(),
        kept(),
        moved(),
        unigram(),
        bigram(),
        restored,
        seconds);
  }
}
