package org.palimpsest.corpus.prepare;

import org.apache.spark.Partitioner;
import org.palimpsest.base.KeyedHash;
import org.palimpsest.base.SplitMix;
import org.palimpsest.corpus.config.CorpusSettings;
import org.palimpsest.corpus.text.ReadingId;
import org.palimpsest.corpus.text.Rejection;
import org.palimpsest.corpus.tokenize.EncodedDocument;

/**
 * Which document goes where: the partitions of the shuffle are the training lanes, then the
 * validation lanes, then one for rejected records.
 */
final class LanePlan extends Partitioner {
  private static final long serialVersionUID = 1L;

  private static final long HOLD_OUT = 1;
  private static final long LANE = 2;
  private static final long PLACE = 3;

  private final long seed;
  private final double validationShare;
  private final int trainingLanes;
  private final int validationLanes;
  private final int trainingThere;
  private final int validationThere;

  /** The plan of a new corpus. */
  LanePlan(CorpusSettings settings) {
    this(settings, settings.lanes(), 0, 0);
  }

  /** The plan of an addition: so many lanes, numbered behind those that are there. */
  LanePlan(CorpusSettings settings, int trainingLanes, int trainingThere, int validationThere) {
    seed = settings.seed();
    validationShare = settings.validationShare();
    this.trainingLanes = trainingLanes;
    this.trainingThere = trainingThere;
    this.validationThere = validationThere;
    // As many as make the lanes of both parts about equally long.
    validationLanes = (int) Math.max(1, Math.ceil(trainingLanes * validationShare));
  }

  int trainingLanes() {
    return trainingLanes;
  }

  int validationLanes() {
    return validationLanes;
  }

  /** The number that a partition's lane has in its part. */
  int number(int partition) {
    return partition < trainingLanes
        ? trainingThere + partition
        : validationThere + partition - trainingLanes;
  }

  /** The partition of rejected records, the last one. */
  int rejected() {
    return trainingLanes + validationLanes;
  }

  /** Where a document goes. */
  LaneKey place(ReadingId id, EncodedDocument document) {
    boolean heldOut = KeyedHash.unit(hash(HOLD_OUT, id)) < validationShare;
    int lane =
        heldOut
            ? trainingLanes + KeyedHash.below(hash(LANE, id), validationLanes)
            : KeyedHash.below(hash(LANE, id), trainingLanes);
    return keyed(lane, id, KeyedHash.of(seed, document.tokens()));
  }

  LaneKey placeOfRejected(Rejection rejection) {
    return keyed(
        rejected(),
        rejection.id(),
        KeyedHash.of(rejection.reason().hashCode(), rejection.detail().hashCode()));
  }

  /** In front of the rejected records, so that whoever writes them has all counts before. */
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

  @Override
  public int numPartitions() {
    return trainingLanes + validationLanes + 1;
  }

  @Override
  public int getPartition(Object key) {
    return ((LaneKey) key).partition();
  }
}
