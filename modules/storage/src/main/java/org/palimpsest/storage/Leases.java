package org.palimpsest.storage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Secrets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files {@code lease-00000001.json}, … beside the checkpoints, one per owner. */
public final class Leases {
  private static final Logger LOG = LoggerFactory.getLogger(Leases.class);
  private static final Pattern NAME = Pattern.compile("lease-(\\d{8,18})\\.json");
  private static final int KEPT = 8;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final StoredFolder folder;

  public Leases(Path folder, Configuration hadoop) {
    this.folder = new StoredFolder(folder, hadoop);
  }

  Path path() {
    return folder.path();
  }

  /** The path for a log. */
  String shown() {
    return Secrets.redacted(path().toString());
  }

  /** Returns the lease with the highest number. */
  Optional<LeaseEntry> newest() {
    return numbers().stream().max(Long::compare).map(this::read);
  }

  List<Long> numbers() {
    return Retry.until(folder::files).stream()
        .map(FileStatus::getPath)
        .map(path -> NAME.matcher(path.getName()))
        .filter(Matcher::matches)
        .map(matcher -> Long.parseLong(matcher.group(1)))
        .toList();
  }

  /**
   * Reads a lease. One that its owner is writing, or that was forgotten meanwhile, is unreadable;
   * one that this process may not read is a failure.
   */
  private LeaseEntry read(long number) {
    try {
      JsonNode node = JSON.readTree(Retry.until(() -> folder.readAll(name(number))));
      return node.isMissingNode() ? LeaseEntry.unreadable(number) : LeaseEntry.parse(node);
    } catch (IOException e) {
      return LeaseEntry.unreadable(number);
    } catch (PalimpsestException e) {
      if (e.getCause() instanceof FileNotFoundException) {
        return LeaseEntry.unreadable(number);
      }
      throw e;
    }
  }

  /**
   * Writes a new lease. On a full disk, old leases make room for it: whoever frees the disk needs
   * one.
   *
   * @return false if another owner has that number
   */
  boolean create(LeaseEntry entry) {
    try {
      return Retry.until(() -> isCreated(entry));
    } catch (PalimpsestException e) {
      if (!Reason.isNoSpace(e) || !forgetOld(1)) {
        throw e;
      }
      return isCreated(entry);
    }
  }

  /** A file system may report a failure although it has created the file. */
  private boolean isCreated(LeaseEntry entry) {
    return folder.writeNew(name(entry.number()), entry.json())
        || read(entry.number()).isOf(entry.process().id());
  }

  void replace(LeaseEntry entry) {
    StoredFile unused = folder.replace(name(entry.number()), out -> out.write(entry.json()));
  }

  /** Writes that an owner has ended. On a full disk, old leases make room. */
  void release(LeaseEntry entry) {
    try {
      replace(entry);
    } catch (PalimpsestException e) {
      if (!Reason.isNoSpace(e) || !forgetOld(1)) {
        throw e;
      }
      replace(entry);
    }
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
    boolean unused = forgetOld(KEPT);
  }

  /** Deletes all but the newest; returns whether there were any. */
  private boolean forgetOld(int kept) {
    List<Long> numbers = numbers().stream().sorted().toList();
    List<Long> old = numbers.subList(0, Math.max(0, numbers.size() - kept));
    try {
      old.forEach(number -> folder.remove(name(number)));
    } catch (PalimpsestException e) {
      LOG.warn("Old leases stay: {}", e.getMessage());
    }
    return !old.isEmpty();
  }

  private static String name(long number) {
    return String.format("lease-%08d.json", number);
  }
}
