package org.palimpsest.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What goes wrong on a {@link FlakyFileSystem}. Files in a folder say it, so that all processes of
 * a cluster have the same troubles, and what is to fail three times fails three times in all.
 *
 * @param folder holds the name pattern, a file for every failure to come, and who has met one
 */
public record Troubles(Path folder) {
  private static final String NAMES = "names";
  private static final String ROOM = "room";
  private static final String FOR_GOOD = "for-good";
  private static final String FAILURE = "failure-";
  private static final String MET_BY = "met-by";

  static Troubles none(Path folder) throws IOException {
    Files.createDirectories(folder);
    Troubles troubles = new Troubles(folder);
    troubles.repair();
    return troubles;
  }

  /** So many times a file of such a name cannot be created. */
  public void fail(String namePattern, int times) throws IOException {
    for (int failure = 0; failure < times; failure++) {
      Files.createFile(folder.resolve(FAILURE + failure));
    }
    tell(NAMES, namePattern);
  }

  /** No file of such a name can be created any more. */
  public void failForGood(String namePattern) throws IOException {
    Files.createFile(folder.resolve(FOR_GOOD));
    tell(NAMES, namePattern);
  }

  /** Files of such a name may have so many bytes, and then the disk is full. */
  public void fill(String namePattern, long bytes) throws IOException {
    tell(ROOM, Long.toString(bytes));
    tell(NAMES, namePattern);
  }

  private void tell(String file, String text) throws IOException {
    Files.writeString(folder.resolve(file), text);
  }

  /** Everything works again. */
  public void repair() throws IOException {
    for (Path file : files()) {
      Files.delete(file);
    }
  }

  /** The processes that have met a failure since the last repair. */
  public Set<Long> metBy() throws IOException {
    Path file = folder.resolve(MET_BY);
    return Files.exists(file)
        ? Files.readAllLines(file).stream().map(Long::valueOf).collect(Collectors.toSet())
        : Set.of();
  }

  /** Whether failures are left that nobody has met. */
  public boolean isPending() throws IOException {
    return files().stream().anyMatch(file -> file.getFileName().toString().startsWith(FAILURE));
  }

  private Set<Path> files() throws IOException {
    try (var files = Files.list(folder)) {
      return files.collect(Collectors.toSet());
    }
  }

  boolean mean(String name) throws IOException {
    Path names = folder.resolve(NAMES);
    return Files.exists(names) && name.matches(Files.readString(names));
  }

  boolean takeFailure() throws IOException {
    boolean fails = Files.exists(folder.resolve(FOR_GOOD));
    for (int failure = 0; !fails && isPending(); failure++) {
      fails = Files.deleteIfExists(folder.resolve(FAILURE + failure));
    }
    if (fails) {
      meet();
    }
    return fails;
  }

  void meet() throws IOException {
    Files.writeString(
        folder.resolve(MET_BY),
        ProcessHandle.current().pid() + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  long room() throws IOException {
    Path room = folder.resolve(ROOM);
    return Files.exists(room) ? Long.parseLong(Files.readString(room)) : Long.MAX_VALUE;
  }
}
