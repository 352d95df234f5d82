# Lo que vuelve de los proveedores: respuestas de pacientes, informes de entrega, y el servidor que los recibe.
replies-too-many-in-one-body = el cuerpo trae más de { $most } respuestas e informes
replies-field-missing-or-malformed = el campo { $field } falta o está mal formado
replies-body-is-no-whatsapp-webhook = el cuerpo no es un aviso de WhatsApp
replies-body-is-no-mail = el cuerpo no es un correo con remitente
replies-public-url-is-missing = falta: Twilio firma la URL a la que envía; o diga unsigned = true
listening-on = escuchando en http://{ $at }
the-server-cant-be-run = el servidor no puede funcionar: { $problem }
no-channel-says-replies = ningún canal de la configuración acepta respuestas
say-replies-in-a-channels-table = ponga replies = true en la tabla de un canal de tipo twilio, whatsapp o smtp
cant-listen-on = no se puede escuchar en { $bind }: { $problem }
replies-signature-missing-or-wrong = la firma falta o es incorrecta
could-not-be-delivered-error = no se pudo entregar (error { $code })
the-phone-cant-be-reached-error = no se alcanza el teléfono por { $channel } (error { $code })
the-phone-was-reached = se alcanzó el teléfono por { $channel }
the-channel-takes-no-answers = el canal { $channel } no acepta respuestas
give-the-signature-or-say-unsigned = dé la firma del proveedor con --signature, o ponga unsigned = true en la tabla del canal
