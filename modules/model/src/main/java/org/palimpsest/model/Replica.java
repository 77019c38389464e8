package org.palimpsest.model;

import java.util.List;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.model.spec.ModelSpec;

/** One copy of the encoder-decoder on one device. */
public interface Replica extends Trainable<Batch> {
  ModelSpec spec();

  /**
   * Scores every target position without dropout, for evaluation.
   *
   * <p>Arrays are laid out as the batch: row by row, {@link Batch#targetLength()} positions each;
   * padding positions are 0.
   */
  Scores score(Batch batch);

  /**
   * The mean of the encoder's output over the tokens of each source, without dropout.
   *
   * @param sources token ids, with the special tokens that shall count
   * @return for each source, in order, as many numbers as the model is wide
   * @throws org.palimpsest.base.PalimpsestException of kind INPUT if a source is empty, or longer
   *     than the model's positions
   */
  List<float[]> embeddings(List<int[]> sources);

  /** Decodes with this replica's parameters, which must not change meanwhile. */
  Decoder decoder();

  /**
   * Scores of the target positions.
   *
   * @param loss negative log-probability of the true token, in nats
   * @param predicted the most probable token
   */
  record Scores(float[] loss, int[] predicted) {
    /** Scores of 0 for a batch. */
    public static Scores of(Batch batch) {
      int size = batch.rows() * batch.targetLength();
      return new Scores(new float[size], new int[size]);
    }

    /** The loss of the counted positions of a row, in nats. */
    public double lossOf(Batch batch, int row) {
      double sum = 0;
      int begin = row * batch.targetLength();
      for (int at = begin; at < begin + batch.targetLength(); at++) {
        sum += batch.lossWeights()[at] > 0 ? loss[at] : 0;
      }
      return sum;
    }

    /**
     * Sets the score of one position.
     *
     * @param place index in the batch's target arrays
     */
    public void put(int place, double nats, int best) {
      loss[place] = (float) nats;
      predicted[place] = best;
    }
  }
}
