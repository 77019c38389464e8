package org.palimpsest.dl4j.spark;

import java.util.Collection;
import java.util.List;
import org.deeplearning4j.core.storage.listener.RoutingIterationListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.palimpsest.dl4j.spark.network.DriverNetwork;
import org.palimpsest.training.event.Progress;
import org.palimpsest.training.event.RunListener;

/**
 * Calls a program's listeners on the driver: about every second if {@code PalimpsestPlugin} is
 * installed, otherwise at the end of every segment. The network then has the loss of the interval;
 * its parameters are those of the start of the fit.
 */
final class DriverListeners implements RunListener {
  private final DriverNetwork network;
  private final int firstIteration;
  private final int epoch;
  private final List<TrainingListener> listeners;

  /**
   * Listeners of a fit.
   *
   * @param firstIteration iterations of the network before its session
   */
  DriverListeners(
      DriverNetwork network, int firstIteration, Collection<TrainingListener> listeners) {
    this.network = network;
    this.firstIteration = firstIteration;
    this.epoch = network.counts().epoch();
    this.listeners =
        listeners.stream()
            .filter(listener -> !(listener instanceof RoutingIterationListener))
            .toList();
  }

  void epochStarts() {
    listeners.forEach(listener -> listener.onEpochStart(network.model()));
  }

  void epochEnds() {
    listeners.forEach(listener -> listener.onEpochEnd(network.model()));
  }

  @Override
  public void progress(Progress progress) {
    int iteration = Math.toIntExact(firstIteration + progress.step());
    network.setProgress(iteration, progress.loss());
    listeners.forEach(listener -> listener.iterationDone(network.model(), iteration, epoch));
  }
}
