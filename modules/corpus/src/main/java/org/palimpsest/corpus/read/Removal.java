package org.palimpsest.corpus.read;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.Serializable;
import java.util.List;
import java.util.stream.Stream;
import org.palimpsest.storage.StoredFile;

/**
 * Blocks that readers pass over from a generation on, because text in them was withdrawn.
 *
 * @param sources the inputs or sources that were named
 * @param training the training blocks; null if there are none
 * @param validation the held-out blocks; null if there are none
 * @param deleted whether the content of the blocks has been deleted, too; null if not
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Removal(List<String> sources, Blocks training, Blocks validation, Boolean deleted) {

  /**
   * Blocks of a split.
   *
   * @param file with their ids, one per line, in ascending order
   * @param blocks their number
   */
  public record Blocks(StoredFile file, long blocks) implements Serializable {
    public Blocks {
      Manifest.require(file != null && blocks > 0, "a removal has no blocks");
    }
  }

  public Removal {
    Manifest.require(
        sources != null && (training != null || validation != null), "a removal has no blocks");
    sources = List.copyOf(sources);
  }

  /** Returns this removal after the content of its blocks has been deleted. */
  Removal purged() {
    return new Removal(sources, training, validation, true);
  }

  /** Returns whether the content of the blocks has been deleted. */
  public boolean wasPurged() {
    return Boolean.TRUE.equals(deleted);
  }

  /** Returns the number of blocks in both splits. */
  public long blocks() {
    return lists().mapToLong(Blocks::blocks).sum();
  }

  /** Returns the files that list the blocks. */
  Stream<StoredFile> files() {
    return lists().map(Blocks::file);
  }

  private Stream<Blocks> lists() {
    return Stream.of(training, validation).flatMap(Stream::ofNullable);
  }
}
