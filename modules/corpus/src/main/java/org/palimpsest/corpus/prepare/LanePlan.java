package org.palimpsest.corpus.prepare;

import org.palimpsest.base.KeyedHash;
import org.palimpsest.base.SplitMix;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.store.LaneKey;
import org.palimpsest.corpus.store.LanePartitioner;
import org.palimpsest.corpus.text.ReadingId;
import org.palimpsest.corpus.text.Rejection;
import org.palimpsest.corpus.tokenize.EncodedDocument;

/**
 * Assigns each document of a corpus to a split, a lane and a place in it, by keyed hashes of its
 * id.
 */
final class LanePlan extends LanePartitioner {
  private static final long serialVersionUID = 1L;

  private static final long HOLD_OUT = 1;
  private static final long LANE = 2;
  private static final long PLACE = 3;

  private final long seed;
  private final double validationShare;
  private final int firstTrainingLane;
  private final int firstValidationLane;

  /** The plan of a new corpus. */
  LanePlan(CorpusSettings settings) {
    this(settings, settings.lanes(), 0, 0);
  }

  /**
   * The plan of an addition.
   *
   * @param trainingLanes number of new training lanes
   * @param firstTrainingLane number of the first of them, after the existing ones
   * @param firstValidationLane number of the first new validation lane
   */
  LanePlan(
      CorpusSettings settings, int trainingLanes, int firstTrainingLane, int firstValidationLane) {
    // Lanes of both splits get about the same length.
    super(trainingLanes, (int) Math.max(1, Math.ceil(trainingLanes * settings.validationShare())));
    seed = settings.seed();
    validationShare = settings.validationShare();
    this.firstTrainingLane = firstTrainingLane;
    this.firstValidationLane = firstValidationLane;
  }

  /** Returns the lane number that a partition has in its split. */
  int number(int partition) {
    return partition < trainingLanes()
        ? firstTrainingLane + partition
        : firstValidationLane + partition - trainingLanes();
  }

  /** Returns the place of a document. */
  LaneKey place(ReadingId id, EncodedDocument document) {
    boolean heldOut = KeyedHash.unit(hash(HOLD_OUT, id)) < validationShare;
    int lane =
        heldOut
            ? trainingLanes() + KeyedHash.below(hash(LANE, id), validationLanes())
            : KeyedHash.below(hash(LANE, id), trainingLanes());
    return keyed(lane, id, KeyedHash.of(seed, document.tokens()));
  }

  LaneKey placeOfRejected(Rejection rejection) {
    return keyed(
        rejected(),
        rejection.id(),
        KeyedHash.of(rejection.reason().hashCode(), rejection.detail().hashCode()));
  }

  /** Counts come before the rejected records, so their task reads all counts first. */
  LaneKey placeOfCounts() {
    return new LaneKey(rejected(), 0, 0, Long.MIN_VALUE);
  }

  private LaneKey keyed(int partition, ReadingId id, long content) {
    long place = SplitMix.mix(id.high() ^ KeyedHash.of(seed, PLACE));
    return new LaneKey(partition, place, id.low(), content);
  }

  private long hash(long stage, ReadingId id) {
    return KeyedHash.of(KeyedHash.of(seed, stage), id.high(), id.low());
  }
}
