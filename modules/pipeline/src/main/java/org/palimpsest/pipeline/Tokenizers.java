package org.palimpsest.pipeline;

import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.tokenize.TokenizerFile;
import org.palimpsest.storage.StoredFolder;

/** Finds the tokenizer that a param names. */
final class Tokenizers {
  private Tokenizers() {}

  /** The tokenizer in a file, or in the folder of a model, a corpus or a run. */
  static TokenizerFile of(Optional<Object> param, Configuration hadoop) {
    String given =
        (String)
            param.orElseThrow(
                () ->
                    PalimpsestException.configuration(
                        "tokenizerPath is not set: name a tokenizer.json, or the folder of a"
                            + " model, a corpus or a run."));
    Path path = new Path(given);
    Path corpus = new Path(path, "corpus");
    return TokenizerFile.read(
        new StoredFolder(corpus, hadoop).hasManifest() ? corpus : path, hadoop);
  }
}
