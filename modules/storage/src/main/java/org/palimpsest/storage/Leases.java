package org.palimpsest.storage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.palimpsest.base.PalimpsestException;

/** The files {@code lease-00000001.json}, … beside the checkpoints, one per owner. */
public final class Leases {
  private static final Pattern NAME = Pattern.compile("lease-(\\d{8,18})\\.json");
  private static final int KEPT = 8;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Reads one component, ignoring the fields of the others. */
  private static final ObjectReader COMPONENT =
      JSON.reader().without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private final StoredFolder folder;

  public Leases(Path folder, Configuration hadoop) {
    this.folder = new StoredFolder(folder, hadoop);
  }

  /**
   * A lease. Its file has the fields of {@code process} and {@code term} beside the others.
   *
   * @param number higher than the numbers of all earlier leases
   * @param process the owner
   * @param term how long it holds
   * @param isReleased whether the owner released it
   * @param fromStep the checkpoint that the owner resumes from; -1 while unknown
   */
  record Entry(long number, OwnerProcess process, Term term, boolean isReleased, long fromStep) {

    /**
     * A process that owns a lease.
     *
     * @param id unique id of the owner
     * @param host host name; empty if the file is not readable
     * @param pid process id on the host
     * @param processStartMs start time of the process, since process ids are reused
     */
    record OwnerProcess(String id, String host, long pid, long processStartMs) {}

    /**
     * How long a lease holds, by the owner's clock.
     *
     * @param termMs duration without renewal; 0 if unknown
     * @param expiresMs time at which it ends unless renewed
     */
    record Term(long termMs, long expiresMs) {

      static Term startingNow(Duration term) {
        return new Term(term.toMillis(), System.currentTimeMillis() + term.toMillis());
      }
    }

    private static Entry parse(JsonNode node) throws JsonProcessingException {
      return new Entry(
          node.path("number").asLong(),
          COMPONENT.treeToValue(node, OwnerProcess.class),
          COMPONENT.treeToValue(node, Term.class),
          node.path("isReleased").asBoolean(),
          node.path("fromStep").asLong(-1));
    }

    private ObjectNode json() {
      ObjectNode node = JSON.createObjectNode().put("number", number);
      node.setAll(JSON.<ObjectNode>valueToTree(process));
      node.setAll(JSON.<ObjectNode>valueToTree(term));
      return node.put("isReleased", isReleased).put("fromStep", fromStep);
    }

    static Entry mine(long number, String id, Duration term) {
      ProcessHandle self = ProcessHandle.current();
      return new Entry(
          number,
          new OwnerProcess(id, thisHost(), self.pid(), startMs(self)),
          Term.startingNow(term),
          false,
          -1);
    }

    /** Returns an entry for a lease whose file is being written. */
    static Entry unreadable(long number) {
      return new Entry(number, new OwnerProcess("", "", 0, 0), new Term(0, 0), false, -1);
    }

    Entry renewed(Duration duration) {
      return new Entry(number, process, Term.startingNow(duration), isReleased, fromStep);
    }

    Entry released() {
      return new Entry(number, process, term, true, fromStep);
    }

    Entry from(long step) {
      return new Entry(number, process, term, isReleased, step);
    }

    long termMs() {
      return term.termMs();
    }

    long expiresMs() {
      return term.expiresMs();
    }

    /**
     * Returns whether its owner has certainly ended. The clocks of two machines may differ by a
     * term; on this machine there is one clock, and its processes are visible.
     */
    boolean isFree() {
      if (isReleased) {
        return true;
      }
      if (isHere()) {
        return !processLives() || System.currentTimeMillis() > expiresMs();
      }
      return termMs() > 0 && System.currentTimeMillis() > expiresMs() + termMs();
    }

    boolean isAliveHere() {
      return isHere() && processLives();
    }

    private boolean isHere() {
      return process.host().equals(thisHost());
    }

    private boolean processLives() {
      return ProcessHandle.of(process.pid())
          .filter(running -> startMs(running) == process.processStartMs())
          .isPresent();
    }

    String owner() {
      return process.host().isEmpty()
          ? "its owner is not known yet"
          : "process " + process.pid() + " on " + process.host();
    }

    private static long startMs(ProcessHandle process) {
      return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }

    private static String thisHost() {
      try {
        return InetAddress.getLocalHost().getHostName();
      } catch (UnknownHostException e) {
        return "localhost";
      }
    }
  }

  Path path() {
    return folder.path();
  }

  /** Returns the lease with the highest number. */
  Optional<Entry> newest() {
    return numbers().stream().max(Long::compare).map(this::read);
  }

  List<Long> numbers() {
    return Retry.until(() -> folder.files()).stream()
        .map(FileStatus::getPath)
        .map(path -> NAME.matcher(path.getName()))
        .filter(java.util.regex.Matcher::matches)
        .map(matcher -> Long.parseLong(matcher.group(1)))
        .toList();
  }

  private Entry read(long number) {
    try {
      JsonNode node = JSON.readTree(folder.readAll(name(number)));
      return node.isMissingNode() ? Entry.unreadable(number) : Entry.parse(node);
    } catch (IOException | PalimpsestException e) {
      return Entry.unreadable(number);
    }
  }

  /** Writes a new lease; returns false if that number exists. */
  boolean create(Entry entry) {
    return folder.writeNew(name(entry.number()), bytes(entry));
  }

  boolean replace(Entry entry) {
    folder.write(name(entry.number()), out -> out.write(bytes(entry)));
    return true;
  }

  /**
   * Returns whether a checkpoint was published by an owner that had lost the lease: a later owner
   * already resumed from an earlier step.
   */
  public boolean fencesOff(long number, long step) {
    return numbers().stream()
        .filter(later -> later > number)
        .map(this::read)
        .anyMatch(later -> later.fromStep() >= 0 && step > later.fromStep());
  }

  /** Deletes leases that later checkpoints make obsolete. */
  void forgetOld() {
    List<Long> numbers = numbers().stream().sorted().toList();
    numbers.stream()
        .limit(Math.max(0, numbers.size() - KEPT))
        .forEach(number -> folder.remove(name(number)));
  }

  private static String name(long number) {
    return String.format("lease-%08d.json", number);
  }

  private static byte[] bytes(Entry entry) {
    try {
      return JSON.writeValueAsBytes(entry.json());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
