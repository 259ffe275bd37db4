namespace Hartonomous.Core.Pruning.Scores;

/// <summary>
/// How much a weight counts. W is the weight, G the gradient of the loss in it, X the activations that its input column is multiplied with,
/// W0 the weight in an earlier checkpoint.
/// </summary>
public enum ScoreMethod
{
    /// <summary><c>|W|</c> (Han et al. 2015, arXiv 1506.02626; <c>prune_magnitude</c> of locuslab/wanda).</summary>
    Magnitude,

    /// <summary><c>|W G|</c>, the first-order Taylor estimate of the change of the loss (Molchanov et al. 2016, arXiv 1611.06440).</summary>
    Gradient,

    /// <summary>
    /// The root mean square of the activations of the weight's input column, whatever the weight is: <c>sqrt(mean(X_j^2))</c>, what an
    /// importance matrix of llama.cpp holds the square of. Columns that nothing reaches score low, as with the average percentage of zeros
    /// (Hu et al. 2016, arXiv 1607.03250).
    /// </summary>
    Activation,

    /// <summary><c>(W G)^2</c>, the squared change of the loss (Molchanov et al. 2019, arXiv 1906.10771, equation 8).</summary>
    Importance,

    /// <summary>
    /// <c>|W G| / sum |W G|</c>, the sum over all tensors of the model that the gradients name: connection sensitivity (Lee et al. 2019,
    /// arXiv 1810.02340, equations 5 and 6). Of one batch before training in the paper; of the given gradients here.
    /// </summary>
    Snip,

    /// <summary>
    /// <c>|W| - |W0|</c>: how far a weight has grown from the initial checkpoint ("magnitude increase" of Zhou et al. 2019, arXiv 1905.01067,
    /// a criterion for the masks of Frankle and Carbin 2019, arXiv 1803.03635). Below 0 for weights that have shrunk.
    /// </summary>
    LotteryTicket,

    /// <summary>
    /// <c>|W| ||X_j||</c>, the norm as the root of the mean square over the calibration tokens (Sun et al. 2024, arXiv 2306.11695;
    /// <c>prune_wanda</c> and <c>scaler_row</c> of locuslab/wanda, which takes the mean over sequences: a constant factor).
    /// </summary>
    Wanda,
}
