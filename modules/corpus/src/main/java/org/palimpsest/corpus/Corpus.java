package org.palimpsest.corpus;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.palimpsest.model.storage.StoredFile;
import org.palimpsest.model.storage.StoredFolder;
import org.palimpsest.objective.PalimpsestException;
import org.palimpsest.objective.Vocabulary;

/** A prepared corpus: blocks in lanes, their tokenizer, and the manifest that vouches for them. */
public final class Corpus {
  private final StoredFolder folder;
  private final Manifest manifest;
  private final HadoopSettings hadoop;
  private final TokenizerFile tokenizer;

  private Corpus(StoredFolder folder, Configuration hadoop) {
    this.folder = folder;
    this.hadoop = new HadoopSettings(hadoop);
    manifest = Manifest.of(folder);
    requireFiles();
    folder.verify(manifest.tokenizer());
    tokenizer = new TokenizerFile(folder.readAll(manifest.tokenizer().name()));
  }

  /**
   * Opens a corpus. The manifest and the tokenizer are checked, and that every lane has the size
   * the manifest says; {@link #verify()} reads the lanes too.
   *
   * @throws PalimpsestException of kind INPUT if there is no corpus, or it is damaged
   */
  public static Corpus open(Path path, Configuration hadoop) {
    return new Corpus(new StoredFolder(path, hadoop), hadoop);
  }

  public Path path() {
    return folder.path();
  }

  public Manifest manifest() {
    return manifest;
  }

  /** Tokens in a full block. */
  public int blockSize() {
    return manifest.blockSize();
  }

  /** The tokenizer's file; small enough to be broadcast. */
  public TokenizerFile tokenizerFile() {
    return tokenizer;
  }

  /** The tokenizer, shared by all threads of this JVM. */
  public Tokenizer tokenizer() {
    return tokenizer.tokenizer();
  }

  public Vocabulary vocabulary() {
    return tokenizer().vocabulary();
  }

  /** The blocks to learn from. */
  public Part training() {
    return new Part("training", path(), hadoop, manifest, manifest.training());
  }

  /** The blocks held out for evaluation. */
  public Part validation() {
    return new Part("validation", path(), hadoop, manifest, manifest.validation());
  }

  /**
   * Reads every file and compares it with the manifest.
   *
   * @throws PalimpsestException of kind INPUT that names the first file that differs
   */
  public void verify() {
    files().forEach(folder::verify);
  }

  private Stream<StoredFile> files() {
    Stream<StoredFile> lanes =
        Stream.of(manifest.training(), manifest.validation())
            .flatMap(part -> part.lanes().stream())
            .map(Manifest.LaneEntry::file);
    return Stream.concat(
        Stream.of(manifest.tokenizer()), Stream.concat(lanes, manifest.rejectedFiles().stream()));
  }

  /** Two listings are cheap; a missing or shortened lane would otherwise show up hours later. */
  private void requireFiles() {
    Map<String, Long> sizes = new HashMap<>();
    for (String part : new String[] {Layout.TRAINING, Layout.VALIDATION}) {
      for (FileStatus file : list(part)) {
        sizes.put(part + "/" + file.getPath().getName(), file.getLen());
      }
    }
    Stream.of(manifest.training(), manifest.validation())
        .flatMap(part -> part.lanes().stream())
        .map(Manifest.LaneEntry::file)
        .filter(file -> !Long.valueOf(file.size()).equals(sizes.get(file.name())))
        .findFirst()
        .ifPresent(
            file -> {
              throw PalimpsestException.input(
                  "The corpus %s is damaged: %s is missing or has another size, so prepare it again."
                      .formatted(path(), file.name()));
            });
  }

  private FileStatus[] list(String part) {
    try {
      return folder.fileSystem().listStatus(folder.resolve(part));
    } catch (FileNotFoundException e) {
      return new FileStatus[0];
    } catch (IOException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.INPUT,
          "The corpus " + path() + " cannot be listed: " + e.getMessage() + ".",
          e);
    }
  }
}
