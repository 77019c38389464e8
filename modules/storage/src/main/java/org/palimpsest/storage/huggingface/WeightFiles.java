package org.palimpsest.storage.huggingface;

import java.io.IOException;
import java.util.List;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.StoredFolder;

/**
 * The files of a model folder that hold its weights: one, or several that an index names. They are
 * safetensors files, or else files of {@code torch.save}, whose pickles are read but never run.
 *
 * @param label the file that messages speak of
 * @param names all files, in the order in which they are read
 */
record WeightFiles(String label, List<String> names) {
  static final String SINGLE = "model.safetensors";
  static final String INDEX = "model.safetensors.index.json";
  static final String TORCH_SUFFIX = ".bin";

  private static final String TORCH = "pytorch_model.bin";
  private static final String TORCH_INDEX = "pytorch_model.bin.index.json";

  private static final List<String> UNREADABLE =
      List.of("tf_model.h5", "flax_model.msgpack", "rust_model.ot");

  /**
   * Finds them.
   *
   * @throws PalimpsestException of kind INPUT if there are none, or the index is damaged
   */
  static WeightFiles of(StoredFolder folder) {
    for (String single : List.of(SINGLE, TORCH)) {
      String index = single.equals(SINGLE) ? INDEX : TORCH_INDEX;
      if (folder.exists(single)) {
        return new WeightFiles(single, List.of(single));
      }
      if (folder.exists(index)) {
        return new WeightFiles(index, new ShardIndex(folder, index).files());
      }
    }
    throw UNREADABLE.stream()
        .filter(folder::exists)
        .findFirst()
        .map(name -> foreign(folder, name))
        .orElseGet(
            () ->
                PalimpsestException.input(
                    folder.path() + " is a damaged model folder: it has no " + SINGLE + "."));
  }

  /** The size of all files. */
  long bytes(StoredFolder folder) {
    long sum = 0;
    for (String name : names) {
      try {
        sum += folder.fileSystem().getFileStatus(folder.resolve(name)).getLen();
      } catch (IOException e) {
        throw ForeignFile.unreadable(folder, name, e);
      }
    }
    return sum;
  }

  private static PalimpsestException foreign(StoredFolder folder, String name) {
    return PalimpsestException.input(
        folder.path()
            + " holds its weights as "
            + name
            + " only, a format that needs its own framework: save the model as"
            + " safetensors (save_pretrained of transformers does) and give that folder.");
  }
}
