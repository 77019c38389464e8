package org.palimpsest.corpus.read;

import java.util.ArrayList;
import java.util.List;

/**
 * The sequence of blocks that all workers together read in a phase: one endless sequence of all
 * generations, or two, of earlier and of newer ones, of which each step has a fixed number of
 * blocks. The blocks of both are spread evenly over the places of a step, so a worker, whose places
 * are consecutive, reads consecutive places of both.
 */
final class PhaseOrder {
  private final ReadPhase phase;
  private final int batchBlocks;
  private final List<Part> parts;

  /**
   * An endless sequence of generations that follow each other.
   *
   * @param order of its blocks
   * @param firstLane number of its first lane
   * @param perStep blocks that a step has of it
   */
  record Part(BlockOrder order, int firstLane, int perStep) {}

  private PhaseOrder(ReadPhase phase, int batchBlocks, List<Part> parts) {
    this.phase = phase;
    this.batchBlocks = batchBlocks;
    this.parts = parts;
  }

  /** Returns the order of a run that has one phase. */
  static PhaseOrder whole(BlockOrder order, int batchBlocks) {
    return new PhaseOrder(ReadPhase.WHOLE, batchBlocks, List.of(new Part(order, 0, batchBlocks)));
  }

  /**
   * Returns the order of a phase.
   *
   * @param batchBlocks blocks per step over all workers
   */
  static PhaseOrder of(
      CorpusSplit split, BlockOrder.Kind kind, long seed, int batchBlocks, ReadPhase phase) {
    int all = split.generations();
    List<Part> parts = new ArrayList<>();
    int replayed = phase.older() == 0 ? batchBlocks : phase.replayed();
    int older = phase.older() == 0 ? all : phase.older();
    for (int[] range : new int[][] {{0, older, replayed}, {older, all, batchBlocks - replayed}}) {
      if (range[2] > 0) {
        BlockOrder order = BlockOrder.of(kind, split.shape(range[0], range[1]), seed, range[2]);
        parts.add(new Part(order, split.firstLane(range[0]), range[2]));
      }
    }
    return new PhaseOrder(phase, batchBlocks, parts);
  }

  /** Returns the number of sequences. */
  int parts() {
    return parts.size();
  }

  Part part(int index) {
    return parts.get(index);
  }

  /** Returns the sequence to which a place of every step belongs. */
  int partOf(int place) {
    return parts.size() > 1 && firstUntil(place + 1) == firstUntil(place) ? 1 : 0;
  }

  /** Returns the position in its sequence of the block at a place of a step. */
  long position(long step, int place) {
    int index = partOf(place);
    Part part = parts.get(index);
    long inStep = index == 1 ? place - firstUntil(place) : firstUntil(place);
    return Math.multiplyExact(phase.firstEpoch(), part.order.blocks())
        + (step - phase.firstStep()) * part.perStep
        + inStep;
  }

  /** Returns how many of the first places of a step belong to the first sequence. */
  private long firstUntil(int places) {
    return (long) places * parts.get(0).perStep / batchBlocks;
  }

  /** Returns the latest epoch to which a block of a step may belong. */
  long epoch(long step) {
    return phase.firstEpoch()
        + parts.stream().mapToLong(part -> read(part, step) / part.order.blocks()).max().orElse(0);
  }

  /** Returns the first epoch that no block before a step belongs to. */
  long epochAfter(long step) {
    return phase.firstEpoch()
        + parts.stream()
            .mapToLong(part -> (read(part, step) + part.order.blocks() - 1) / part.order.blocks())
            .max()
            .orElse(0);
  }

  private long read(Part part, long step) {
    return Math.multiplyExact(step - phase.firstStep(), (long) part.perStep);
  }

  /** Returns how many row groups one of so many workers holds at the same time, at most. */
  long rowGroupsHeld(int workers) {
    return parts.stream().mapToLong(part -> part.order.rowGroupsHeld(workers)).sum();
  }
}
