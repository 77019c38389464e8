package org.palimpsest.corpus.read;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileStatus;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.Reason;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.storage.StoredFolder;

/** The files of a corpus. */
public final class StoredLanes {
  private static final List<String> FOLDERS =
      List.of(Layout.TRAINING, Layout.VALIDATION, Layout.REJECTED, Layout.REMOVED);

  private final StoredFolder folder;

  public StoredLanes(StoredFolder folder) {
    this.folder = folder;
  }

  /** Returns all files that a manifest lists, the tokenizer first. */
  public static Stream<StoredFile> named(Manifest manifest) {
    Stream<StoredFile> lanes =
        Stream.of(manifest.training(), manifest.validation())
            .flatMap(split -> split.lanes().stream())
            .map(Manifest.LaneEntry::file);
    return Stream.of(
            Stream.of(manifest.tokenizer()),
            lanes,
            texts(manifest),
            sources(manifest),
            manifest.generations().stream()
                .flatMap(generation -> generation.removed().stream())
                .flatMap(Removal::files),
            manifest.rejectedFiles().stream())
        .flatMap(files -> files);
  }

  /** Returns the files of text fingerprints that a manifest lists. */
  public static Stream<StoredFile> texts(Manifest manifest) {
    return manifest.generations().stream().flatMap(generation -> generation.texts().stream());
  }

  /** Returns the files of the sources of blocks that a manifest lists. */
  public static Stream<StoredFile> sources(Manifest manifest) {
    return manifest.generations().stream()
        .flatMap(generation -> generation.recordedSources().stream())
        .flatMap(List::stream);
  }

  /**
   * Checks that all files exist with the recorded size, in a listing of each folder; otherwise a
   * missing or truncated lane would be found only hours later.
   *
   * @throws PalimpsestException of kind INPUT that names the first file that differs
   */
  void require(Manifest manifest) {
    Set<String> found = new HashSet<>();
    for (String name : FOLDERS) {
      for (FileStatus file : list(name)) {
        found.add(name + "/" + file.getPath().getName() + ":" + file.getLen());
      }
    }
    named(manifest)
        .skip(1)
        .filter(file -> !found.contains(file.name() + ":" + file.size()))
        .findFirst()
        .ifPresent(
            file -> {
              throw PalimpsestException.input(
                  "The corpus %s is damaged (%s is missing or has another size): prepare it again with --fresh."
                      .formatted(folder.path(), file.name()));
            });
  }

  private FileStatus[] list(String name) {
    try {
      return folder.fileSystem().listStatus(folder.resolve(name));
    } catch (FileNotFoundException e) {
      return new FileStatus[0];
    } catch (IOException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.INPUT,
          "The corpus %s cannot be listed: %s.".formatted(folder.path(), Reason.of(e)),
          e);
    }
  }
}
