package org.palimpsest.corpus.read;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.StoredFolder;

/**
 * The ids of the blocks that removals name.
 *
 * @param training ids of training blocks, by the number of the generation that removes them
 * @param validation ids of held-out blocks
 */
record RemovedIds(List<long[]> training, List<long[]> validation) {

  /**
   * Reads the lists of a corpus.
   *
   * @throws PalimpsestException of kind INPUT if one is damaged
   */
  static RemovedIds read(StoredFolder folder, Manifest manifest) {
    return new RemovedIds(
        read(folder, manifest, Removal::training), read(folder, manifest, Removal::validation));
  }

  private static List<long[]> read(
      StoredFolder folder, Manifest manifest, Function<Removal, Removal.Blocks> split) {
    return manifest.generations().stream()
        .map(generation -> generation.removed().flatMap(r -> Optional.ofNullable(split.apply(r))))
        .map(blocks -> blocks.map(list -> ids(folder, list)).orElseGet(() -> new long[0]))
        .toList();
  }

  private static long[] ids(StoredFolder folder, Removal.Blocks blocks) {
    folder.verify(blocks.file());
    String name = blocks.file().name();
    try {
      long[] ids =
          new String(folder.readAll(name), StandardCharsets.US_ASCII)
              .lines()
              .mapToLong(Long::parseLong)
              .toArray();
      if (ids.length == blocks.blocks()) {
        return ids;
      }
    } catch (NumberFormatException e) {
      throw damaged(folder, name, e);
    }
    throw damaged(folder, name, null);
  }

  private static PalimpsestException damaged(StoredFolder folder, String name, Exception cause) {
    return new PalimpsestException(
        PalimpsestException.Kind.INPUT,
        "The list of removed blocks %s is not one that this version of Palimpsest reads: use the version that wrote it."
            .formatted(folder.resolve(name)),
        cause);
  }
}
