package org.palimpsest.storage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;

/**
 * A lease. Its file has the fields of {@code process} and {@code term} beside the others.
 *
 * @param number higher than the numbers of all earlier leases
 * @param process the owner
 * @param term how long it holds
 * @param isReleased whether the owner released it
 * @param fromStep the checkpoint that the owner resumes from; -1 while unknown
 */
record LeaseEntry(long number, OwnerProcess process, Term term, boolean isReleased, long fromStep) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Reads one component, ignoring the fields of the others. */
  private static final ObjectReader COMPONENT =
      JSON.reader().without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  /** A file without an owner or a term is as unreadable as one that is being written. */
  LeaseEntry {
    process = process == null ? OwnerProcess.UNKNOWN : process;
    term = term == null ? new Term(0, 0, 0) : term;
  }

  /**
   * How long a lease holds.
   *
   * @param termMs duration without renewal; 0 if unknown
   * @param expiresMs time at which it ends unless renewed, by the owner's clock: for people, since
   *     clocks differ
   * @param renewals how often it was renewed
   */
  record Term(long termMs, long expiresMs, long renewals) {

    static Term startingNow(Duration term, long renewals) {
      return new Term(term.toMillis(), System.currentTimeMillis() + term.toMillis(), renewals);
    }
  }

  /** A new lease of this process. */
  static LeaseEntry mine(long number, String id, Duration term) {
    return new LeaseEntry(number, OwnerProcess.self(id), Term.startingNow(term, 0), false, -1);
  }

  /** A lease whose file is being written, or is damaged. */
  static LeaseEntry unreadable(long number) {
    return new LeaseEntry(number, OwnerProcess.UNKNOWN, new Term(0, 0, 0), false, -1);
  }

  static LeaseEntry parse(JsonNode node) throws JsonProcessingException {
    return new LeaseEntry(
        node.path("number").asLong(),
        COMPONENT.treeToValue(node, OwnerProcess.class),
        COMPONENT.treeToValue(node, Term.class),
        node.path("isReleased").asBoolean(),
        node.path("fromStep").asLong(-1));
  }

  byte[] json() {
    ObjectNode node = JSON.createObjectNode().put("number", number);
    node.setAll(JSON.<ObjectNode>valueToTree(process));
    node.setAll(JSON.<ObjectNode>valueToTree(term));
    node.put("isReleased", isReleased).put("fromStep", fromStep);
    try {
      return JSON.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  LeaseEntry renewed(Duration duration) {
    return new LeaseEntry(
        number, process, Term.startingNow(duration, term.renewals() + 1), isReleased, fromStep);
  }

  LeaseEntry released() {
    return new LeaseEntry(number, process, term, true, fromStep);
  }

  LeaseEntry from(long step) {
    return new LeaseEntry(number, process, term, isReleased, step);
  }

  /** Whether a renewal should have come, by clocks that may be wrong. */
  boolean isOverdue() {
    return System.currentTimeMillis() > term.expiresMs();
  }

  /** Whether an owner may hold it, by clocks that may differ by a term. */
  boolean mayBeHeld() {
    return !isReleased
        && process.life() != LinuxProcesses.Life.DEAD
        && (term.termMs() == 0 || System.currentTimeMillis() <= term.expiresMs() + term.termMs());
  }

  /** Whether it is a lease of the owner with that id. */
  boolean isOf(String id) {
    return process.id().equals(id);
  }

  /**
   * Whether the owner has written since {@code earlier} was read. Its clock does not count, because
   * it may have been set back.
   */
  boolean isLaterThan(LeaseEntry earlier) {
    return number != earlier.number || !term.equals(earlier.term) || fromStep != earlier.fromStep;
  }
}
