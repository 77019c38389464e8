package org.palimpsest.corpus.read;

import java.util.List;
import java.util.regex.Pattern;
import org.palimpsest.corpus.store.StoreFormat;
import org.palimpsest.corpus.tokenize.TokenizerFile;

/** The names inside the folder of a corpus. */
public final class Layout {
  public static final String TRAINING = "training";
  public static final String VALIDATION = "validation";
  public static final String REJECTED = "rejected";

  /** Lists of the blocks that removals name. */
  public static final String REMOVED = "removed";

  /** Earlier preparations wrote just tokenizer.json. */
  private static final Pattern TOKENIZER = Pattern.compile("tokenizer(-[0-9a-f]{16})?\\.json");

  private Layout() {}

  /**
   * A tokenizer's name says what it holds: a preparation that starts over must not write over the
   * file that the manifest of the corpus that is there still names.
   */
  public static String tokenizer(TokenizerFile tokenizer) {
    return "tokenizer-%.16s.json".formatted(tokenizer.sha256());
  }

  /** Returns where the files are that a manifest lists. */
  static StoreFormat.Places places() {
    return new StoreFormat.Places(
        List.of(TRAINING, VALIDATION, REJECTED, REMOVED),
        TOKENIZER,
        Pattern.compile(REJECTED + "/.*"));
  }
}
