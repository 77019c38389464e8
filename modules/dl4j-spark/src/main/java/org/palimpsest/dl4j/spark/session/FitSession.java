package org.palimpsest.dl4j.spark.session;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.PalimpsestException.Kind;
import org.palimpsest.dl4j.spark.data.BatchOrder;
import org.palimpsest.dl4j.spark.data.DataExport;
import org.palimpsest.dl4j.spark.data.ExportedBatches;
import org.palimpsest.dl4j.spark.data.FitData;
import org.palimpsest.dl4j.spark.data.FitSource;
import org.palimpsest.dl4j.spark.listener.WorkerHooks;
import org.palimpsest.dl4j.spark.network.DriverNetwork;
import org.palimpsest.storage.Reason;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.checkpoint.Checkpoints;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.RunListener;
import org.palimpsest.training.event.RunResult;
import org.palimpsest.training.run.Run;

/**
 * The training of one network over any number of calls of {@code fit}: one run, whose steps
 * continue from call to call with the optimizers' state. Its folder holds the initial network, a
 * manifest and the data of every fit, and the run.
 *
 * <p>A restarted program repeats its calls: completed calls return their result at once, and an
 * interrupted fit continues at its last checkpoint.
 */
public final class FitSession {
  private static final String WHAT = "training session";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final StoredFolder folder;
  private final MasterSettings settings;
  private final InitialNetwork initial;
  private final int batchesPerStep;
  private final String fingerprint;
  private final SerializableConfiguration fs;
  private int fit;
  private long step;
  private int lastRdd = -1;
  private ExportedBatches lastBatches;
  private long lastChecksum;

  private FitSession(
      StoredFolder folder,
      MasterSettings settings,
      InitialNetwork initial,
      int batchesPerStep,
      String fingerprint) {
    this.folder = folder;
    this.settings = settings;
    this.initial = initial;
    this.batchesPerStep = batchesPerStep;
    this.fingerprint = fingerprint;
    fs = new SerializableConfiguration(folder.fileSystem().getConf());
  }

  /**
   * Opens the session in a folder, or starts one there.
   *
   * @throws PalimpsestException if it belongs to another network or has other batches
   */
  public static FitSession open(
      StoredFolder folder, MasterSettings settings, DriverNetwork network, int workers) {
    String fingerprint =
        network.layout() + settings.rounds().batchSizePerWorker() + " " + settings.order() + " ";
    if (!folder.hasManifest()) {
      ObjectNode manifest = JSON.createObjectNode();
      manifest.set("beginning", JSON.valueToTree(InitialNetwork.write(folder, network)));
      manifest.put("piecesPerStep", workers);
      manifest.put("fingerprint", fingerprint);
      folder.publish(manifest);
    }
    ObjectNode manifest = folder.manifest(WHAT);
    if (!manifest.path("fingerprint").asText().equals(fingerprint)) {
      throw PalimpsestException.configuration(
          folder.path()
              + " holds the training of another network, or one with another batchSizePerWorker or"
              + " repartition: restore those settings, or set another directory.");
    }
    return new FitSession(
        folder,
        settings,
        read(manifest.path("beginning"), InitialNetwork.class),
        manifest.path("piecesPerStep").asInt(),
        fingerprint);
  }

  private static <T> T read(JsonNode node, Class<T> type) {
    try {
      return JSON.treeToValue(node, type);
    } catch (JsonProcessingException e) {
      throw PalimpsestException.input(
          "A manifest of the training is damaged (no "
              + type.getSimpleName()
              + "): use another directory.");
    }
  }

  /** Iterations of the network before this session. */
  public int firstIteration() {
    return initial.counts().iteration();
  }

  /** Whether the network is unchanged since the last fit. */
  public boolean continuesWith(DriverNetwork network) {
    return fit == 0 || network.checksum() == lastChecksum;
  }

  /**
   * Trains a network on the data of a {@code fit}, or loads the result of an earlier run of it.
   *
   * @param workers number of replicas
   */
  public void fit(
      DriverNetwork network,
      FitSource source,
      int workers,
      WorkerHooks hooks,
      RunListener listener) {
    FitData data = data(source);
    Recipe recipe = settings.recipe(folder.resolve("run").toString(), data.lastStep(), workers);
    NetworkWorkload workload =
        new NetworkWorkload(
            network.blueprint(),
            initial,
            data,
            BatchOrder.of(data.batches().count(), settings.seed(), fit, settings.order()),
            source.decoder(),
            hooks,
            fs,
            fingerprint);
    SparkSession session = SparkSession.builder().getOrCreate();
    RunResult result = Run.of(recipe, session, workload, Map.of(), listener).train();
    copyResult(network, checkpoints(recipe).newest().orElseThrow());
    if (result.step() < data.lastStep()) {
      throw new PalimpsestException(
          Kind.TIME_LIMIT,
          "The training stopped "
              + (result.ending() == RunResult.Ending.STOPPED ? "on request" : "at its time limit")
              + ", at step "
              + result.step()
              + " of "
              + data.lastStep()
              + ": run the program again to continue from "
              + result.checkpoint().orElse("the beginning")
              + ".");
    }
    fit++;
    step = data.lastStep();
    lastChecksum = network.checksum();
  }

  private Checkpoints checkpoints(Recipe recipe) {
    return new Checkpoints(recipe.checkpointPath(), fs.value());
  }

  /** Copies the result of the run to the program's network. */
  private void copyResult(DriverNetwork network, Checkpoint checkpoint) {
    checkpoint.readParameters(network.parameters());
    checkpoint.readOptimizerMean(network.updaterVector());
    int iteration = Math.toIntExact(initial.counts().iteration() + checkpoint.step());
    network.setProgress(iteration, network.model().score());
  }

  /** The data of the next fit: those of an interrupted fit, or newly exported ones. */
  private FitData data(FitSource source) {
    StoredFolder place = folder.child(String.format("fit-%05d", fit));
    Optional<FitData> earlier = place.hasManifest() ? Optional.of(read(place)) : Optional.empty();
    if (earlier.isPresent() && (isDone(earlier.get()) || isReadable(earlier.get()))) {
      return earlier.get();
    }
    FitData data = new FitData(fit, step, batchesPerStep, batches(source));
    ObjectNode manifest = JSON.createObjectNode();
    manifest.set("data", JSON.valueToTree(data));
    place.publish(manifest);
    deleteOthers(data.batches().folder());
    return data;
  }

  private static FitData read(StoredFolder place) {
    return read(place.manifest("fit of a training session").path("data"), FitData.class);
  }

  private boolean isDone(FitData data) {
    return checkpoints(settings.recipe(folder.resolve("run").toString(), data.lastStep(), 1))
            .newest()
            .map(Checkpoint::step)
            .orElse(0L)
        >= data.lastStep();
  }

  private boolean isReadable(FitData data) {
    StoredFolder place = new StoredFolder(new Path(data.batches().folder()), fs.value());
    return data.batches().files().stream().allMatch(file -> place.exists(file.name()));
  }

  /** Exports the RDD, unless the previous fit exported the same one. */
  private ExportedBatches batches(FitSource source) {
    if (source.rdd().id() != lastRdd) {
      String place = folder.resolve(String.format("data-%05d", fit)).toString();
      DataExport.Kind kind =
          settings.order() == BatchOrder.Kind.PERMUTED
              ? DataExport.Kind.SHUFFLED
              : DataExport.Kind.AS_IS;
      lastBatches =
          source.export(
              new DataExport(
                  place, settings.rounds().batchSizePerWorker(), settings.seed(), kind, fs));
      lastRdd = source.rdd().id();
    }
    return lastBatches;
  }

  private void deleteOthers(String current) {
    for (String name : dataFolders()) {
      if (!folder.resolve(name).equals(new Path(current))) {
        folder.child(name).delete();
      }
    }
  }

  /** Deletes all exported data; the run stays. */
  public void deleteData() {
    dataFolders().forEach(name -> folder.child(name).delete());
    lastRdd = -1;
  }

  private List<String> dataFolders() {
    List<String> names = new ArrayList<>();
    try {
      for (FileStatus status : folder.fileSystem().listStatus(folder.path())) {
        if (status.isDirectory() && status.getPath().getName().startsWith("data-")) {
          names.add(status.getPath().getName());
        }
      }
    } catch (IOException e) {
      throw new PalimpsestException(
          Kind.INPUT,
          folder.path()
              + " is not readable ("
              + Reason.of(e)
              + "): check the folder and its file system.",
          e);
    }
    return names;
  }
}
