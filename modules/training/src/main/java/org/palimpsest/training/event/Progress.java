package org.palimpsest.training.event;

import java.io.Serializable;

/**
 * How training went over the last second or so, all workers together.
 *
 * @param runId tells runs in one session apart
 * @param step global steps done
 * @param totalSteps at which the run ends
 * @param loss nats per target token over the interval, with dropout
 * @param learningRate of the last step
 * @param targetTokens learned from since the run began
 * @param rawTokens undamaged tokens read since the run began
 * @param targetTokensPerSecond over the interval
 * @param rawTokensPerSecond over the interval
 * @param waitingShare share of the workers' time spent waiting for data, 0 to 1
 * @param bytesExchanged sent by all workers over the interval
 * @param skippedSteps worker steps without an update since the run began
 * @param seconds spent in rounds since the run began
 * @param secondsLeft until the last step or the time limit, at the present speed
 */
public record Progress(
    String runId,
    long step,
    long totalSteps,
    double loss,
    double learningRate,
    long targetTokens,
    long rawTokens,
    double targetTokensPerSecond,
    double rawTokensPerSecond,
    double waitingShare,
    long bytesExchanged,
    long skippedSteps,
    double seconds,
    double secondsLeft)
    implements Serializable {}
