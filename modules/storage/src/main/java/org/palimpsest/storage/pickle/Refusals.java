package org.palimpsest.storage.pickle;

import org.palimpsest.base.PalimpsestException;

/**
 * The sentences with which a file is refused.
 *
 * @param file how messages call it
 */
record Refusals(String file) {
  /** The file is not what its format demands. */
  PalimpsestException damaged(String why) {
    return PalimpsestException.input(file + " is no whole file of torch.save: " + why + ".");
  }

  PalimpsestException damaged(String why, Exception cause) {
    return new PalimpsestException(
        PalimpsestException.Kind.INPUT, damaged(why).getMessage(), cause);
  }

  /** The file asks for more than tensors. */
  PalimpsestException forbidden(String what) {
    return PalimpsestException.input(
        file
            + " is refused: it "
            + what
            + "; save the model as safetensors (save_pretrained of transformers does) where you"
            + " trust this file.");
  }

  /** The file was written by a version before 1.6. */
  PalimpsestException old() {
    return PalimpsestException.input(
        file
            + " is a bare pickle, as PyTorch wrote it before version 1.6, which is not read:"
            + " convert it with python3 -c \"import sys, torch; f = sys.argv[1];"
            + " torch.save(torch.load(f, map_location='cpu', weights_only=True), f)\" FILE.");
  }
}
