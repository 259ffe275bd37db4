namespace Hartonomous;

/// <summary>How much a weight counts. W is the weight, G its gradient, X the activations of its input column, W0 the weight before training.</summary>
public enum HartScoreMethod
{
    /// <summary>The magnitude: |W|.</summary>
    Magnitude,

    /// <summary>The first-order change of the loss: |W G|.</summary>
    Gradient,

    /// <summary>The root mean square of the column's activations.</summary>
    Activation,

    /// <summary>The squared first-order change of the loss: (W G)^2.</summary>
    Importance,

    /// <summary>The connection sensitivity: |W G| divided by its sum over the model.</summary>
    Snip,

    /// <summary>The increase of the magnitude over the initial checkpoint: |W| - |W0|.</summary>
    LotteryTicket,

    /// <summary>The magnitude times the root mean square of the column's activations.</summary>
    Wanda,
}
