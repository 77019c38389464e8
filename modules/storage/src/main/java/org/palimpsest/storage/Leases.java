package org.palimpsest.storage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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

/** The files {@code lease-00000001.json}, … beside the checkpoints: one for each owner so far. */
public final class Leases {
  private static final Pattern NAME = Pattern.compile("lease-(\\d{8,})\\.json");
  private static final int REMEMBERED = 8;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final StoredFolder folder;

  public Leases(Path folder, Configuration hadoop) {
    this.folder = new StoredFolder(folder, hadoop);
  }

  /**
   * A lease as its file says.
   *
   * @param number higher than all before
   * @param id of the owner
   * @param host where it runs
   * @param pid its process there
   * @param processStartMs when that began; a process of the same number may be another one
   * @param termMs how long it holds without being renewed; 0 where that could not be read
   * @param expiresMs when it ends unless renewed, by the owner's clock
   * @param isReleased whether the owner has given it back
   * @param fromStep the checkpoint that the owner goes on from; -1 while that is not known
   */
  record Entry(
      long number,
      String id,
      String host,
      long pid,
      long processStartMs,
      long termMs,
      long expiresMs,
      boolean isReleased,
      long fromStep) {

    static Entry mine(long number, String id, Duration term) {
      ProcessHandle self = ProcessHandle.current();
      return new Entry(
          number, id, thisHost(), self.pid(), startMs(self), term.toMillis(), end(term), false, -1);
    }

    /** What is known of a lease whose file is being written just now. */
    static Entry unreadable(long number) {
      return new Entry(number, "", "", 0, 0, 0, 0, false, -1);
    }

    Entry renewed(Duration term) {
      return new Entry(
          number, id, host, pid, processStartMs, termMs, end(term), isReleased, fromStep);
    }

    Entry released() {
      return new Entry(number, id, host, pid, processStartMs, termMs, expiresMs, true, fromStep);
    }

    Entry from(long step) {
      return new Entry(number, id, host, pid, processStartMs, termMs, expiresMs, isReleased, step);
    }

    /**
     * Whether its owner has certainly gone. The clocks of two machines may differ by a term; on one
     * machine there is one clock, and its processes can be seen.
     */
    boolean isFree() {
      if (isReleased) {
        return true;
      }
      if (isHere()) {
        return !processLives() || System.currentTimeMillis() > expiresMs;
      }
      return termMs > 0 && System.currentTimeMillis() > expiresMs + termMs;
    }

    boolean isAliveHere() {
      return isHere() && processLives();
    }

    private boolean isHere() {
      return host.equals(thisHost());
    }

    private boolean processLives() {
      return ProcessHandle.of(pid).filter(p -> startMs(p) == processStartMs).isPresent();
    }

    String owner() {
      return host.isEmpty() ? "its owner is not known yet" : "process " + pid + " on " + host;
    }

    private static long end(Duration term) {
      return System.currentTimeMillis() + term.toMillis();
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

  /** The last one that was taken. */
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
      return node.isMissingNode() ? Entry.unreadable(number) : JSON.treeToValue(node, Entry.class);
    } catch (IOException | PalimpsestException e) {
      return Entry.unreadable(number);
    }
  }

  /** Writes a new lease; false if there is one of that number. */
  boolean create(Entry entry) {
    return folder.writeNew(name(entry.number()), bytes(entry));
  }

  boolean replace(Entry entry) {
    folder.write(name(entry.number()), out -> out.write(bytes(entry)));
    return true;
  }

  /**
   * Whether a checkpoint was published by an owner that had lost the folder: some later owner had
   * already gone on from a step before it.
   */
  public boolean fencesOff(long number, long step) {
    return numbers().stream()
        .filter(later -> later > number)
        .map(this::read)
        .anyMatch(later -> later.fromStep() >= 0 && step > later.fromStep());
  }

  /** Old leases say nothing that the checkpoints since do not say. */
  void forgetOld() {
    List<Long> numbers = numbers().stream().sorted().toList();
    numbers.stream()
        .limit(Math.max(0, numbers.size() - REMEMBERED))
        .forEach(number -> folder.remove(name(number)));
  }

  private static String name(long number) {
    return String.format("lease-%08d.json", number);
  }

  private static byte[] bytes(Entry entry) {
    try {
      return JSON.writeValueAsBytes(entry);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
