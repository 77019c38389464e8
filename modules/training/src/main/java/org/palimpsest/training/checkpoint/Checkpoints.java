package org.palimpsest.training.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.spec.ParameterLayout;
import org.palimpsest.storage.Lease;
import org.palimpsest.storage.Leases;
import org.palimpsest.storage.Reason;
import org.palimpsest.storage.Retry;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.storage.StoredFolder;

/** The checkpoints of one run: one folder {@code step-00001234-<unique>} each. */
public final class Checkpoints {
  private static final String PREFIX = "step-";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final StoredFolder root;
  private final Leases leases;

  public Checkpoints(Path root, Configuration hadoop) {
    this.root = new StoredFolder(root, hadoop);
    this.leases = new Leases(root, hadoop);
  }

  /** The folder of all checkpoints. */
  public Path path() {
    return root.path();
  }

  /**
   * The name of the folder of a checkpoint.
   *
   * @param step global steps done
   * @param unique identifies the attempt, so that each attempt has its own folders
   */
  public static String folderName(long step, String unique) {
    return String.format("%s%08d-%s", PREFIX, step, unique);
  }

  /** The folder of that name. */
  public StoredFolder folder(String name) {
    return root.child(name);
  }

  /**
   * Completes a checkpoint: writes its state, then the manifest with all files.
   *
   * @param fence number of the publisher's {@link Lease}
   */
  public Checkpoint publish(
      StoredFolder folder, TrainingState state, List<StoredFile> written, long fence) {
    Map<String, StoredFile> files = new LinkedHashMap<>();
    written.forEach(file -> files.put(file.name(), file));
    files.put(Checkpoint.STATE, folder.writeJson(Checkpoint.STATE, state));
    ObjectNode manifest = JSON.createObjectNode();
    manifest.put("format", "palimpsest-checkpoint");
    manifest.put(
        "version", state.isWithinRound() ? Checkpoint.FORMAT_WITHIN_ROUND : Checkpoint.FORMAT);
    manifest.put("step", state.step());
    manifest.put("fence", fence);
    ArrayNode list = manifest.putArray("files");
    files.values().forEach(list::addPOJO);
    folder.publish(manifest);
    return new Checkpoint(folder, state, files, fence);
  }

  /**
   * Reads the manifest and the state of a checkpoint, not its other files: see {@link
   * Checkpoint#verify()}.
   *
   * @throws PalimpsestException of kind INPUT if the folder is not a checkpoint, is damaged, or has
   *     another version
   */
  public Checkpoint open(String name) {
    StoredFolder folder = root.child(name);
    ObjectNode manifest = folder.manifest("checkpoint");
    int version = manifest.path("version").asInt();
    if (version != Checkpoint.FORMAT && version != Checkpoint.FORMAT_WITHIN_ROUND) {
      throw PalimpsestException.input(
          "The checkpoint "
              + folder.path()
              + " has format version "
              + version
              + ", but this version of Palimpsest reads "
              + Checkpoint.FORMAT
              + " and "
              + Checkpoint.FORMAT_WITHIN_ROUND
              + ": use the version that wrote it.");
    }
    try {
      Map<String, StoredFile> files = new LinkedHashMap<>();
      for (var node : manifest.path("files")) {
        StoredFile file = JSON.treeToValue(node, StoredFile.class);
        files.put(file.name(), file);
      }
      TrainingState state = JSON.readValue(folder.readAll(Checkpoint.STATE), TrainingState.class);
      refuseOtherLayout(folder, state);
      return new Checkpoint(folder, state, files, manifest.path("fence").asLong());
    } catch (IOException e) {
      throw damaged(folder, e);
    }
  }

  private static void refuseOtherLayout(StoredFolder folder, TrainingState state) {
    if (state.layoutVersion() != ParameterLayout.VERSION) {
      throw PalimpsestException.input(
          "The checkpoint "
              + folder.path()
              + " has parameter layout "
              + state.layoutVersion()
              + ", but this version of Palimpsest reads "
              + ParameterLayout.VERSION
              + ": use the version that wrote it.");
    }
  }

  private static PalimpsestException damaged(StoredFolder folder, IOException e) {
    return new PalimpsestException(
        PalimpsestException.Kind.INPUT,
        "The checkpoint " + folder.path() + " is damaged: " + Reason.of(e) + ".",
        e);
  }

  /** Names of all folders that are named like checkpoints, complete or not, lowest step first. */
  public List<String> names() {
    List<String> names = new ArrayList<>();
    try {
      for (FileStatus status : root.fileSystem().listStatus(root.path())) {
        String name = status.getPath().getName();
        if (status.isDirectory() && name.matches(PREFIX + "\\d{8,18}-\\w+")) {
          names.add(name);
        }
      }
    } catch (FileNotFoundException e) {
      return List.of();
    } catch (IOException e) {
      throw new PalimpsestException(
          PalimpsestException.Kind.INPUT,
          "The checkpoints in " + root.path() + " cannot be listed: " + Reason.of(e) + ".",
          e);
    }
    names.sort(Comparator.comparingLong(Checkpoints::step).thenComparing(name -> name));
    return names;
  }

  /** The steps of the folders of an attempt, complete or not, lowest first. */
  public List<Long> steps(String unique) {
    return names().stream()
        .filter(name -> name.endsWith("-" + unique))
        .map(Checkpoints::step)
        .toList();
  }

  private static long step(String name) {
    return Long.parseLong(name.substring(PREFIX.length(), name.indexOf('-', PREFIX.length())));
  }

  /** The newest complete checkpoint, without verifying its files. */
  public Optional<Checkpoint> newest() {
    return newest(checkpoint -> {}, sentence -> {});
  }

  /**
   * The newest complete checkpoint whose configuration matches its checksum, without verifying
   * vectors.
   */
  public Optional<Checkpoint> newestWithRecipe() {
    return newest(Checkpoint::verifyRecipe, sentence -> {});
  }

  /**
   * The newest complete checkpoint whose files all match their checksums.
   *
   * @param warnings takes one sentence for each damaged checkpoint that is skipped
   */
  public Optional<Checkpoint> newestValid(Consumer<String> warnings) {
    return newest(Checkpoint::verify, warnings);
  }

  private Optional<Checkpoint> newest(Consumer<Checkpoint> check, Consumer<String> warnings) {
    List<String> names = names();
    for (int i = names.size() - 1; i >= 0; i--) {
      if (!folder(names.get(i)).hasManifest()) {
        continue; // Incomplete: readers ignore it.
      }
      try {
        Checkpoint checkpoint = open(names.get(i));
        if (leases.fencesOff(checkpoint.fence(), checkpoint.step())) {
          warnings.accept(
              "The checkpoint "
                  + checkpoint.path()
                  + " was published by a process that had already lost the lease of the run: the"
                  + " checkpoint before it is used.");
          continue;
        }
        Retry.until(() -> verified(checkpoint, check));
        return Optional.of(checkpoint);
      } catch (PalimpsestException e) {
        warnings.accept(e.getMessage() + " The checkpoint before it is used.");
      }
    }
    return Optional.empty();
  }

  private static Checkpoint verified(Checkpoint checkpoint, Consumer<Checkpoint> check) {
    check.accept(checkpoint);
    return checkpoint;
  }

  /** Names of the folders that are newer than {@code chosen}: damaged and incomplete ones. */
  public List<String> newerThan(Optional<Checkpoint> chosen) {
    List<String> names = names();
    int at = chosen.map(c -> names.indexOf(c.folder().path().getName())).orElse(-1);
    return names.subList(at + 1, names.size());
  }

  /** Deletes the folders of these names. */
  public void delete(List<String> names) {
    names.forEach(name -> folder(name).delete());
  }

  /** Deletes all checkpoints, complete or not. */
  public void deleteAll() {
    delete(names());
  }

  /** Deletes incomplete checkpoints, and all complete ones except the newest {@code keep}. */
  public void prune(int keep) {
    prune(keep, name -> false, name -> false);
  }

  /**
   * Deletes incomplete and old checkpoints, with exceptions.
   *
   * @param isKept whether a complete checkpoint is kept regardless of its age
   * @param isBeingWritten whether an incomplete checkpoint is being written
   */
  public void prune(int keep, Predicate<String> isKept, Predicate<String> isBeingWritten) {
    List<String> names = names();
    int kept = 0;
    for (int i = names.size() - 1; i >= 0; i--) {
      StoredFolder folder = folder(names.get(i));
      boolean complete = folder.hasManifest();
      if (complete && kept < keep) {
        kept++;
      } else if (!(complete ? isKept : isBeingWritten).test(names.get(i))) {
        folder.delete();
      }
    }
  }
}
