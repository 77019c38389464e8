package org.palimpsest.model.optimizer;

import java.io.Serializable;
import org.palimpsest.base.PalimpsestException;

/**
 * The learning rate as a function of the global update only: not of the number of workers or of
 * restarts.
 *
 * <p>Updates count from 1: with a warm-up of w, update 1 has 1/w of the peak and update w the peak
 * itself. (Counted from 0, as in some libraries, the first update of every run would have rate 0.)
 */
public sealed interface LearningRateSchedule extends Serializable {

  /** The learning rate of update {@code update}, the first being 1. */
  double rate(long update);

  /** Linear warm-up, then the peak. */
  record Constant(double peak, long warmUpSteps) implements LearningRateSchedule {
    @Override
    public double rate(long update) {
      return peak * warmUp(update, warmUpSteps);
    }
  }

  /**
   * fairseq's {@code inverse_sqrt}, the rate of "Attention is all you need": linear warm-up to the
   * peak, then peak·√(w/n).
   */
  record InverseSqrt(double peak, long warmUpSteps) implements LearningRateSchedule {
    public InverseSqrt {
      refuseNoWarmUp("inverse-sqrt", warmUpSteps);
    }

    @Override
    public double rate(long update) {
      return update < warmUpSteps
          ? peak * warmUp(update, warmUpSteps)
          : peak * Math.sqrt((double) warmUpSteps / update);
    }
  }

  /**
   * T5's inverse square root: the peak from the first update through update w, then peak·√(w/n).
   * Published with w = 10,000 and a peak of 1/√w = 0.01.
   */
  record T5InverseSqrt(double peak, long warmUpSteps) implements LearningRateSchedule {
    public T5InverseSqrt {
      refuseNoWarmUp("t5-inverse-sqrt", warmUpSteps);
    }

    @Override
    public double rate(long update) {
      return peak * Math.sqrt((double) warmUpSteps / Math.max(update, warmUpSteps));
    }
  }

  /**
   * fairseq's {@code polynomial_decay}, with which BART was trained: linear warm-up, then (peak −
   * floor)·(1 − progress)^power + floor. With power 1 it is linear decay.
   */
  record Polynomial(double peak, long warmUpSteps, long totalSteps, double floor, double power)
      implements LearningRateSchedule {
    public Polynomial {
      refuseOutOfOrder(peak, warmUpSteps, totalSteps, floor);
    }

    @Override
    public double rate(long update) {
      if (update < warmUpSteps) {
        return peak * warmUp(update, warmUpSteps);
      }
      double left = 1 - progress(update, warmUpSteps, totalSteps);
      return floor + (peak - floor) * Math.pow(left, power);
    }
  }

  /** Linear warm-up, then half a cosine from the peak down to the floor (Loshchilov 2017). */
  record Cosine(double peak, long warmUpSteps, long totalSteps, double floor)
      implements LearningRateSchedule {
    public Cosine {
      refuseOutOfOrder(peak, warmUpSteps, totalSteps, floor);
    }

    @Override
    public double rate(long update) {
      if (update < warmUpSteps) {
        return peak * warmUp(update, warmUpSteps);
      }
      double angle = Math.PI * progress(update, warmUpSteps, totalSteps);
      return floor + (peak - floor) * 0.5 * (1 + StrictMath.cos(angle));
    }
  }

  /**
   * Linear warm-up, the peak, and over the last {@code decaySteps} a straight line down to the
   * floor (Hu et al. 2024, MiniCPM).
   */
  record WarmUpStableDecay(
      double peak, long warmUpSteps, long totalSteps, long decaySteps, double floor)
      implements LearningRateSchedule {
    public WarmUpStableDecay {
      refuseOutOfOrder(peak, warmUpSteps, totalSteps, floor);
      if (decaySteps > totalSteps - warmUpSteps) {
        throw PalimpsestException.configuration(
            "schedule.decay-steps "
                + decaySteps
                + " is more than the "
                + (totalSteps - warmUpSteps)
                + " steps after the warm-up: lower it.");
      }
    }

    @Override
    public double rate(long update) {
      if (update < warmUpSteps) {
        return peak * warmUp(update, warmUpSteps);
      }
      return peak - (peak - floor) * progress(update, totalSteps - decaySteps, totalSteps);
    }
  }

  /**
   * Another schedule with a linear ramp down to the floor over its last steps: the "legacy"
   * schedule of T5's fine-tunings and of nanoT5 is the inverse square root with a ramp over the
   * last tenth.
   *
   * @param totalSteps the ramp's last update
   * @param rampSteps its length; it starts from the rate of {@code before} at that update
   */
  record FinalRamp(LearningRateSchedule before, long totalSteps, long rampSteps, double floor)
      implements LearningRateSchedule {
    public FinalRamp {
      if (rampSteps > totalSteps) {
        throw PalimpsestException.configuration(
            "schedule.final-ramp-steps "
                + rampSteps
                + " is more than the "
                + totalSteps
                + " steps of the schedule: lower it.");
      }
    }

    @Override
    public double rate(long update) {
      long begin = totalSteps - rampSteps;
      if (update <= begin) {
        return before.rate(update);
      }
      double top = before.rate(Math.max(1, begin));
      return top - (top - floor) * progress(update, begin, totalSteps);
    }
  }

  private static double warmUp(long update, long warmUpSteps) {
    return update >= warmUpSteps ? 1 : (double) update / warmUpSteps;
  }

  /** The progress of {@code update} between two others: 0 up to the first, 1 from the second on. */
  private static double progress(long update, long from, long to) {
    if (update >= to) {
      return 1;
    }
    return update <= from ? 0 : (double) (update - from) / (to - from);
  }

  private static void refuseNoWarmUp(String kind, long warmUpSteps) {
    if (warmUpSteps < 1) {
      throw PalimpsestException.configuration(
          "schedule.kind "
              + kind
              + " needs schedule.warm-up-steps of at least 1: its rate depends on them.");
    }
  }

  private static void refuseOutOfOrder(
      double peak, long warmUpSteps, long totalSteps, double floor) {
    if (warmUpSteps > totalSteps) {
      throw PalimpsestException.configuration(
          "schedule.warm-up-steps "
              + warmUpSteps
              + " is more than the "
              + totalSteps
              + " steps of the schedule: lower it.");
    }
    if (floor > peak) {
      throw PalimpsestException.configuration(
          "schedule.floor " + floor + " is above schedule.peak " + peak + ": lower it.");
    }
  }
}
