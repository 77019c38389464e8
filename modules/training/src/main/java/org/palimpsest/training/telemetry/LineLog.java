package org.palimpsest.training.telemetry;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.Reason;
import org.palimpsest.storage.StoredFolder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A log of lines in the order of their steps, {@code NAME.jsonl}, that grows without being
 * rewritten. Where the file system cannot append, as in object stores, or where that fails, what
 * follows the file is in parts, {@code NAME/000000001234.jsonl}, each named by its last step.
 * Memory does not depend on the length of the log.
 *
 * <p>A process that dies while it appends leaves at most one incomplete line, which {@link
 * #keepUpTo} removes.
 */
public final class LineLog {
  private static final Logger LOG = LoggerFactory.getLogger(LineLog.class);
  private static final String SUFFIX = ".jsonl";
  private static final String NEXT = ".next";
  private static final int TAIL_BYTES = 1 << 16;

  private final StoredFolder folder;
  private final String file;
  private final StoredFolder parts;
  private long length = -1;
  private Boolean hasParts;

  /** A log in a folder that may not exist yet. */
  public LineLog(StoredFolder folder, String name) {
    this.folder = folder;
    file = name + SUFFIX;
    parts = folder.child(name);
  }

  /** A call of the file system. */
  private interface Call<T> {
    T run() throws IOException;
  }

  private <T> T call(String what, Call<T> call) {
    try {
      return call.run();
    } catch (IOException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.INPUT,
          folder.resolve(file) + " cannot be " + what + ": " + Reason.of(e) + ".",
          e);
    }
  }

  /**
   * Appends lines. Can be repeated after a failure, even if a part was written.
   *
   * @param lastStep step of the last line
   * @param lines whole lines, each with its line end
   */
  public void append(long lastStep, byte[] lines) {
    if (hasParts() || !canAppend()) {
      writePart(lastStep, lines);
      return;
    }
    call(
        "appended to",
        () -> {
          long before = length < 0 ? currentLength() : length;
          if (currentLength() > before) {
            replaceByFirst(before); // An earlier attempt wrote a part of the lines.
          }
          length = before;
          Optional<FSDataOutputStream> end = open();
          if (end.isEmpty()) {
            writePart(lastStep, lines);
            return null;
          }
          try (FSDataOutputStream out = end.get()) {
            out.write(lines);
            out.hflush();
          }
          length = before + lines.length;
          return null;
        });
  }

  /** Readers read the file first, so nothing is appended to it any more. */
  private boolean hasParts() {
    if (hasParts == null) {
      hasParts = partNames().findAny().isPresent();
    }
    return hasParts;
  }

  private void writePart(long lastStep, byte[] lines) {
    parts.write(partName(lastStep), out -> out.write(lines));
    hasParts = true;
  }

  /**
   * The end of the file; empty if it cannot be opened for the time being. HDFS refuses to append
   * while fewer data nodes work than a block has copies, and after an append that failed.
   */
  private Optional<FSDataOutputStream> open() throws IOException {
    FileSystem files = folder.fileSystem();
    Path path = folder.resolve(file);
    if (!files.exists(path)) {
      return Optional.of(files.create(path));
    }
    try {
      return Optional.of(files.append(path));
    } catch (IOException e) {
      LOG.info("{} cannot be appended to, so parts follow it: {}", path, Reason.of(e));
      return Optional.empty();
    }
  }

  private boolean canAppend() {
    return call(
        "accessed",
        () ->
            folder.fileSystem().hasPathCapability(folder.path(), CommonPathCapabilities.FS_APPEND));
  }

  private long currentLength() throws IOException {
    FileSystem files = folder.fileSystem();
    Path path = folder.resolve(file);
    Path next = folder.resolve(file + NEXT);
    if (!files.exists(path) && files.exists(next)) {
      files.rename(next, path); // A process died where a rename is two steps.
    }
    return files.exists(path) ? files.getFileStatus(path).getLen() : 0;
  }

  /**
   * Drops the lines after a step. Reads only the end of the file if nothing is to be dropped.
   *
   * @param stepOf step of a line; {@link Long#MAX_VALUE} for an incomplete one
   */
  public void keepUpTo(long step, ToLongFunction<String> stepOf) {
    call(
        "rewound",
        () -> {
          long all = currentLength();
          if (all > 0 && lastStep(all, stepOf) > step) {
            replaceByFirst(bytesUpTo(step, stepOf));
          }
          length = -1;
          return null;
        });
    partNames().filter(name -> stepOfPart(name) > step).forEach(parts::remove);
    hasParts = null;
  }

  /** The step of the last line; the largest number if that line has no end. */
  private long lastStep(long all, ToLongFunction<String> stepOf) throws IOException {
    byte[] tail = new byte[(int) Math.min(TAIL_BYTES, all)];
    try (FSDataInputStream in = folder.fileSystem().open(folder.resolve(file))) {
      in.readFully(all - tail.length, tail);
    }
    String text = new String(tail, StandardCharsets.UTF_8);
    if (!text.endsWith("\n")) {
      return Long.MAX_VALUE;
    }
    String lines = text.stripTrailing();
    return stepOf.applyAsLong(lines.substring(lines.lastIndexOf('\n') + 1));
  }

  private long bytesUpTo(long step, ToLongFunction<String> stepOf) throws IOException {
    long bytes = 0;
    try (BufferedReader lines = reader(folder.open(file))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (stepOf.applyAsLong(line) > step) {
          break;
        }
        bytes += line.getBytes(StandardCharsets.UTF_8).length + 1;
      }
    }
    return bytes;
  }

  private static BufferedReader reader(InputStream in) {
    return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
  }

  private void replaceByFirst(long bytes) {
    folder.replace(file, out -> copy(bytes, out));
  }

  private void copy(long bytes, OutputStream out) throws IOException {
    byte[] buffer = new byte[TAIL_BYTES];
    try (InputStream in = folder.open(file)) {
      long left = bytes;
      while (left > 0) {
        int count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (count < 0) {
          return;
        }
        out.write(buffer, 0, count);
        left -= count;
      }
    }
  }

  private Stream<String> partNames() {
    return parts.files().stream()
        .map(FileStatus::getPath)
        .map(Path::getName)
        .filter(name -> name.matches("\\d+\\" + SUFFIX))
        .sorted();
  }

  private static String partName(long lastStep) {
    return String.format("%012d%s", lastStep, SUFFIX);
  }

  private static long stepOfPart(String name) {
    return Long.parseLong(name.substring(0, name.length() - SUFFIX.length()));
  }

  /** Takes all lines, in order, one after the other. */
  public void forEachLine(Consumer<String> consumer) {
    if (folder.exists(file)) {
      read(folder, file, consumer);
    }
    partNames().forEach(name -> read(parts, name, consumer));
  }

  private static void read(StoredFolder place, String name, Consumer<String> consumer) {
    try (BufferedReader lines = reader(place.open(name))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        consumer.accept(line);
      }
    } catch (IOException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.INPUT,
          place.resolve(name) + " cannot be read: " + Reason.of(e) + ".",
          e);
    }
  }
}
