package org.palimpsest.corpus.tokenize;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.palimpsest.base.Digests;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.objective.Vocabulary;
import org.palimpsest.storage.StoredFolder;

/**
 * The content of a {@code tokenizer.json}, which can be broadcast. Gives access to the tokenizer
 * that all threads of a JVM share.
 */
public final class TokenizerFile implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * The tokenizers of this JVM. Native tokenizers are large and thread-safe, so each file is loaded
   * once.
   */
  private static final ConcurrentHashMap<String, Tokenizer> LOADED = new ConcurrentHashMap<>();

  /** The largest published ones have 35 MB. */
  private static final int LONGEST = 100_000_000;

  private final byte[] json;
  private final String sha256;

  /**
   * Creates a file.
   *
   * @throws PalimpsestException of kind INPUT if it is longer than any tokenizer
   */
  public TokenizerFile(byte[] json) {
    if (json.length > LONGEST) {
      throw StoredTokens.refused("has more than " + LONGEST + " bytes");
    }
    this.json = json.clone();
    sha256 = Digests.sha256Hex(json);
  }

  /**
   * Reads a {@code tokenizer.json}, or the one in the folder of a corpus or model.
   *
   * @throws PalimpsestException of kind INPUT if it cannot be read
   */
  public static TokenizerFile read(Path path, Configuration hadoop) {
    try {
      FileSystem files = path.getFileSystem(hadoop);
      boolean isFolder = files.getFileStatus(path).isDirectory();
      try (InputStream in = files.open(isFolder ? inside(path, hadoop) : path)) {
        return new TokenizerFile(in.readNBytes(LONGEST + 1));
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.INPUT,
          "The tokenizer %s cannot be read: set tokenizer.path to a tokenizer.json, or to a folder with one."
              .formatted(path),
          e);
    }
  }

  private static Path inside(Path path, Configuration hadoop) {
    StoredFolder folder = new StoredFolder(path, hadoop);
    String named =
        folder.hasManifest()
            ? folder.readJson(StoredFolder.MANIFEST).path("tokenizer").path("name").asText()
            : "";
    return folder.resolve(named.isEmpty() ? "tokenizer.json" : named);
  }

  /** Returns a copy of the content. */
  public byte[] json() {
    return json.clone();
  }

  /** Returns the checksum of the content in lower-case hexadecimal. */
  public String sha256() {
    return sha256;
  }

  /**
   * Returns whether another tokenizer gives every text the same ids. What is put around a text does
   * not count.
   */
  public boolean encodesLike(TokenizerFile other) {
    return sha256.equals(other.sha256) || Framing.without(json).equals(Framing.without(other.json));
  }

  /**
   * Returns this tokenizer, in which other tools find what to put around a text; the same bytes if
   * they find it already.
   */
  public TokenizerFile framed(boolean begin, boolean end) {
    Vocabulary vocabulary = tokenizer().vocabulary();
    return framed(
        TextFrame.of(
            begin ? vocabulary.bos() : Vocabulary.NONE, end ? vocabulary.eos() : Vocabulary.NONE));
  }

  private TokenizerFile framed(TextFrame frame) {
    return new TokenizerFile(new Framing(frame).of(tokenizer()));
  }

  /**
   * Returns this tokenizer for texts of a language; the same bytes if it is.
   *
   * @param language one of {@link Vocabulary#languages()}
   */
  public TokenizerFile inLanguage(int language) {
    Tokenizer own = tokenizer();
    return framed(TextFrame.of(own).withLanguage(language, own.vocabulary()));
  }

  /**
   * Returns the tokenizer, which is loaded on first use and then shared by this JVM.
   *
   * @throws PalimpsestException of kind INPUT if the file is not a tokenizer
   */
  public Tokenizer tokenizer() {
    return LOADED.computeIfAbsent(sha256, key -> new Tokenizer(this));
  }
}
