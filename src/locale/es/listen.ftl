# Lo que vuelve de los proveedores: respuestas de pacientes, informes de entrega, y el servidor que los recibe.
replies-too-many-in-one-body = el cuerpo trae más de { $most } respuestas e informes
replies-field-missing-or-malformed = el campo { $field } falta o está mal formado
replies-body-is-no-whatsapp-webhook = el cuerpo no es un aviso de WhatsApp
replies-body-is-no-mail = el cuerpo no es un correo con remitente
replies-public-url-is-missing = falta: Twilio firma la URL a la que envía; o diga unsigned = true
