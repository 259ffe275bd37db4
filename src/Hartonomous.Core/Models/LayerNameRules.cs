namespace Hartonomous.Core.Models;

/// <summary>
/// What the parts of a tensor's name say about its layer, the rules that win first. The names are those of llama.cpp's
/// <c>tensor_mapping.py</c>, of the model code of transformers, diffusers, timm and torchvision, and of Keras.
/// </summary>
/// <remarks>
/// A pattern is a row of parts that stand side by side in the name (numbers between them are passed over):
/// <c>x</c> is the whole part; <c>x#</c> also takes a number behind it (<c>x_3</c>, <c>x3</c>); <c>x_*</c> and <c>*_x</c> begin and
/// end with these words (or are them); <c>~x</c> has this word among those between the underscores, with or without a number behind it;
/// <c>#</c> is a number. <c>a&gt;b</c> has <c>a</c> anywhere before <c>b</c>. <c>^</c> stands for the beginning of the name, behind
/// wrappers such as <c>model.</c>, and <c>$</c> for its end, before the parameter's own name (<c>weight</c>).
/// </remarks>
internal static class LayerNameRules
{
    /// <summary>First parts that only say that a model follows.</summary>
    internal const string Wrappers =
        "model module _orig_mod state_dict model_state_dict base_model self net network _model language_model llm model_weights";

    /// <summary>Last parts that name a layer's parameter, not the layer.</summary>
    internal const string Parameters = """
        weight weights bias kernel gamma beta scale w b g qweight weight_packed weight_g weight_v base_layer original0 original1
        lambda vars attributes variable_value
        """;

    /// <summary>Words that stand before the number of a block.</summary>
    internal const string Blocks = "blk block blocks layer layers h stage stages resblock resblocks denseblock groups convnext posnet";

    /// <summary>The rules, in order of precedence.</summary>
    internal static readonly (LayerType Kind, string Patterns)[] Table =
    [
        // An exporter's constants (shapes, axes) lie within a layer's path but are none of its weights.
        (LayerType.Unknown, "constant_*$"),
        (LayerType.OptimizerState, """
            optimizer# optimizers optimizer_state optimizer_states optimizer_state_dict optimizer_weights optimizer_slot opt_state
            exp_avg exp_avg_sq exp_avg_sq_row exp_avg_sq_col max_exp_avg_sq exp_inf momentum_buffer square_avg
            adam# adam_m adam_v beta1_power beta2_power momentum rmsprop#
            """),
        (LayerType.Adapter, """
            ~lora ~hada ~lokr ~ia3 ~dora oft_r vera_* adapter adapters adapter_* ip_adapter prompt_encoder prompt_embeddings
            """),
        (LayerType.QuantizationParameter, """
            scales *_scales qzeros *_qzeros g_idx weight_g_idx weight_shape weight_format scb *_zero_point
            weight_scale *_weight_scale weight_scale_2 *_scale_inv input_scale *_input_scale output_scale input_scale_2
            q_scale k_scale v_scale scale_weight scale_input scaled_fp8
            absmax nested_absmax quant_map nested_quant_map quant_state bitsandbytes__nf4 bitsandbytes__fp4
            weights_scaling_factor activation_scaling_factor prequant_scaling_factor *_amax
            """),
        (LayerType.Vae, """
            first_stage_model vae audio_vae quant_conv post_quant_conv
            encoder.down_blocks encoder.mid_block decoder.mid_block decoder.up_blocks
            encoder.down.#.block encoder.down.#.attn encoder.down.#.downsample encoder.mid.block# encoder.mid.attn#
            decoder.up.#.block decoder.up.#.attn decoder.up.#.upsample decoder.mid.block# decoder.mid.attn#
            """),
        (LayerType.TextEncoder, "cond_stage_model conditioner.embedders text_encoders ^text_encoder#"),
        (LayerType.UNetDown, "input_blocks down_blocks"),
        (LayerType.UNetMid, "middle_block mid_block"),
        (LayerType.UNetUp, "output_blocks up_blocks"),
        (LayerType.DiffusionTransformer, """
            double_blocks single_blocks joint_blocks *_transformer_blocks transformer_blocks
            double_stream_blocks single_stream_blocks double_layers single_layers adaln_modulation
            double_stream_modulation_* single_stream_modulation diffusion_model.blocks diffusion_model.layers
            """),
        (LayerType.TimeEmbedding, """
            time_embed time_emb time_embedding timestep_embedding timestep_embedder label_emb add_embedding time_text_embed
            time_in vector_in guidance_in t_embedder y_embedder adaln_single
            """),
        (LayerType.Normalization, """
            running_mean running_var num_batches_tracked moving_mean moving_variance layer#>downsample.1
            ~norm$ ~norms$ ~layernorm$ ~layrnorm$ ~rmsnorm$ ~batchnorm$ ~groupnorm$ ~instancenorm$ ~normalization$ ~ln$ ~bn$
            """),

        // Gemma 3n's alternating updates have a router that routes to no expert.
        (LayerType.Unknown, "altup"),

        // CogVLM calls the two sets of attention weights experts; DeciLM has a plain matrix in the place of some attentions.
        (LayerType.Attention, "self_attn.language_expert_* self_attn.vision_expert_* self_attn.linear_attn"),
        (LayerType.MixtureOfExperts, """
            ~expert ~experts ~exps ~shexp ~chexps ~moe ~router exp_probs_b shared_mlp ffn_gate_inp
            mlp.gate feed_forward.gate mixer.gate layers.#.gate
            """),
        (LayerType.PositionEmbedding, """
            wpe embed_positions position_ids pe *_pe *_position_embeddings *_position_embedding *_position_embd
            *_pos_embed *_pos_embd *_pos_emb *_pos_embedding *_positional_embedding *_positional_embeddings *_positional_encoding
            pos_embed_k pos_embd_k pos_conv_embed positional_embedding_vlm rel_embeddings relative_attention_bias relative_position_bias
            relative_position_bias_table relative_position_index rel_pos_h rel_pos_w *_rel_b attn_rot_embd
            ~rotary ~rope inv_freq freqs_cis alibi
            """),
        (LayerType.Projector, """
            ^mm ^mlp1 ^projector ^resampler ^connector ^aligner multi_modal_projector multimodal_projector mm_projector vision_projector
            audio_projector image_projector vision_adapter modality_projection language_projection text_projection visual_projection
            image_projection img_projection visual.merger visual.proj audio_tower.proj embed_vision.embedding_projection
            """),

        // RWKV: the channel mix is its feed-forward part, the time mix its recurrence.
        (LayerType.FeedForward, "channel_mix_* feed_forward.time_* ffn.time_*"),
        (LayerType.StateSpace, """
            ~ssm ~mamba a_log dt_bias dt_proj linear_attn
            time_mix_* time_maa_* time_decay time_decay_* time_faaaa time_first rwkv>attention blocks.#.att
            mixer.in_proj mixer.x_proj mixer.conv1d mixer.d mixer.dt mixer.bcdt_proj backbone>mixer.out_proj layers.layers.#.mixer.out_proj
            layers.#.in_proj layers.#.x_proj layers.#.conv1d layers.#.d
            self_attn.q_conv1d self_attn.k_conv1d self_attn.v_conv1d
            self_attn.f_a_proj self_attn.f_b_proj self_attn.g_a_proj self_attn.g_b_proj
            """),
        (LayerType.Recurrent, """
            ~lstm ~bilstm ~mlstm ~slstm ~gru ~rnn recurrent_kernel rg_lru
            weight_ih weight_ih_* weight_hh weight_hh_* bias_ih bias_ih_* bias_hh bias_hh_*
            temporal_block.linear_x temporal_block.linear_y temporal_block.linear_out temporal_block.conv_1d
            """),
        (LayerType.OutputHead, "mlp_head"),
        (LayerType.Attention, """
            ~attn ~attention ~attentions ~selfattention ~encdecattention ~crossattention ~multiheadattention ~mha
            q_proj k_proj v_proj o_proj qkv_proj qkv wqkv wq wk wv query_key_value att_proj in_proj_weight in_proj_bias
            to_q to_k to_v to_qkv to_out transformer>mixer.out_proj encoder>mixer.out_proj transformer_encoder.#.wo
            posnet.#.q posnet.#.k posnet.#.v posnet.#.proj_out
            """),
        (LayerType.Pooling, "pooler pooling pool attnpool"),
        (LayerType.FeedForward, """
            ~mlp ~ffn ~ffns feed_forward# *_feed_forward feedforward ff ff_proj blocks.#.ff_out densereludense
            gate_proj up_proj down_proj gate_up_proj dense_h_to_4h dense_4h_to_h c_fc intermediate.dense layer#.output.dense
            layers.#.fc1 layers.#.fc2 layers.#.linear1 layers.#.linear2
            """),
        (LayerType.OutputHead, """
            ^output ^cls ^fc ^score ^proj_out *_head *_heads head_dist *_classifier embed_out word_embeddings_for_head output_layer
            output_projection *_logits final_logits_bias predictions qa_outputs vocab_projector vocab_transform unembed
            class_embed bbox_embed pred_* transformer.ff_out diffusion_model.out final_layer.linear
            """),
        (LayerType.Embedding, """
            wte emb *_embed *_embedding *_embeddings *_embd embed_in embed_tokens embed_tokens_* token_types ^shared
            cls_token class_token mask_token dist_token register_tokens reg_token
            x_embedder context_embedder cap_embedder img_in txt_in patchify_proj patch_conv
            """),
        (LayerType.Convolution, """
            ~conv ~convs ~conv1d ~conv2d ~conv3d ~convolution ~convtranspose ~deconv ~dwconv ~pwconv ~gconv ~shortconv
            ~depthwise ~pointwise depthwise_kernel pointwise_kernel ~branch2a ~branch2b ~branch2c
            convnext.#.dw convnext.#.pw1 convnext.#.pw2 layer#>downsample.0
            """),
        (LayerType.Dense, "~dense ~fc ~linear fully_connected"),
    ];
}
