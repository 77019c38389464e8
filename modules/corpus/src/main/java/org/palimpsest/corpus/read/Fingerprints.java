package org.palimpsest.corpus.read;

import java.util.Optional;
import java.util.OptionalInt;
import org.palimpsest.base.Digests;

/**
 * Checksums of the tokenizer and the training lanes of the first generations of a corpus, wherever
 * it is stored. A corpus that grows keeps those that it had, also after a purge.
 */
final class Fingerprints {
  private Fingerprints() {}

  /** Returns the checksum of the first generations. */
  static String of(Manifest manifest, int generations) {
    StringBuilder all = new StringBuilder(manifest.tokenizer().sha256());
    int lane = 0;
    for (Generation generation : manifest.generations().subList(0, generations)) {
      for (int end = lane + generation.trainingLanes(); lane < end; lane++) {
        all.append(manifest.training().lanes().get(lane).preparedSha256());
      }
      generation
          .removed()
          .flatMap(removal -> Optional.ofNullable(removal.training()))
          .ifPresent(blocks -> all.append(blocks.file().sha256()));
    }
    return Digests.sha256Hex(all.toString());
  }

  /** Returns how many generations have a checksum, or nothing if it is that of another corpus. */
  static OptionalInt generationsOf(Manifest manifest, String fingerprint) {
    int generations = manifest.generations().size();
    while (generations > 0 && !of(manifest, generations).equals(fingerprint)) {
      generations--;
    }
    return generations > 0 ? OptionalInt.of(generations) : OptionalInt.empty();
  }
}
