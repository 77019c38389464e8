package org.palimpsest.storage.huggingface;

import java.util.Optional;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.storage.tokenizer.PublishedTokenizer;

/**
 * Reads the tokenizers of a model folder.
 *
 * @param type the {@code model_type} of its config
 */
record FolderTokenizers(StoredFolder folder, String type, Origin origin) {
  /** The largest published ones have 35 MB. */
  private static final int LONGEST = 100_000_000;

  byte[] ofSources() {
    if (folder.exists(ModelFolder.TOKENIZER)) {
      return read(ModelFolder.TOKENIZER);
    }
    return PublishedTokenizer.json(folder, type)
        .orElseThrow(
            () ->
                PalimpsestException.input(
                    folder.path()
                        + " has no "
                        + ModelFolder.TOKENIZER
                        + ": save its tokenizer in the fast form (save_pretrained of transformers"
                        + " does)."));
  }

  /** Empty if targets are cut as sources are. */
  Optional<byte[]> ofTargets() {
    return folder.exists(ModelFolder.TARGET_TOKENIZER)
        ? Optional.of(read(ModelFolder.TARGET_TOKENIZER))
        : PublishedTokenizer.targetJson(folder, type);
  }

  private byte[] read(String name) {
    byte[] bytes = ForeignFile.bytes(folder, name, LONGEST);
    origin.compare(name, digest -> digest.update(bytes));
    return bytes;
  }
}
